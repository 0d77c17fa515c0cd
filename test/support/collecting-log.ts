import type { Log } from '../../src/uploads/lease/ports.ts'

export interface LogLine {
  readonly level: keyof Log
  readonly fields: object
  readonly message: string
}

/** A log that keeps its lines. */
export function createCollectingLog(): Log & { readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = []
  const keep = (level: keyof Log) => (fields: object, message: string) => {
    lines.push({ level, fields, message })
  }
  return { lines, debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') }
}
