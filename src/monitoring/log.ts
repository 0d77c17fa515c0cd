import { type DestinationStream, type Logger, pino } from 'pino'

/**
 * An error for the log: class, code and stack positions. The message is left out, because drivers and parsers
 * quote their input, which may be a customer's phone or name.
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
  /** Extra fields for every line written now. */
  readonly context?: () => object
}

/** Creates a log of structured lines, one JSON object each. Levels as in pino. */
export function createLog(level: string, { destination, context }: LogOptions = {}): Logger {
  const options = {
    level,
    base: null,
    serializers: { err: describeForLog },
    // A new object per line: pino writes the line's fields into it.
    ...(context && { mixin: () => ({ ...context() }) }),
  }
  return destination ? pino(options, destination) : pino(options)
}
