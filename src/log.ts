import { type DestinationStream, type Logger, pino } from 'pino'

/**
 * An error as the log may have it: class, code and the places in the code it came through. Its message is left out,
 * because drivers and parsers quote what they failed on, and that is a customer's phone or name.
 */
function describeForLog(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return {
    type: error.name,
    code: Reflect.get(error, 'code'),
    at: frames.slice(0, 8).map((line) => line.trim()),
    ...(error.cause !== undefined && { cause: describeForLog(error.cause) }),
  }
}

interface LogOptions {
  readonly destination?: DestinationStream
  /** What every line written now carries besides its own fields. */
  readonly context?: () => object
}

/** Structured log lines, one JSON object each. Levels as in pino. */
export function createLog(level: string, { destination, context }: LogOptions = {}): Logger {
  const options = {
    level,
    base: null,
    serializers: { err: describeForLog },
    // A new object for every line: pino writes the line's own fields into it.
    ...(context && { mixin: () => ({ ...context() }) }),
  }
  return destination ? pino(options, destination) : pino(options)
}
