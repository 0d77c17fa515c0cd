/** Claims expire by the database's clock, so the processes' clocks need not agree. */

/** Condition: unclaimed, because the time at `path` has passed or is absent. */
export function isFree(path: string): { $or: [object, object] } {
  // DocumentDB rejects a lone `$$NOW` condition beside an indexed field; an `$or` around it works.
  return { $or: [{ [path]: { $exists: false } }, { $expr: { $lt: [`$${path}`, '$$NOW'] } }] }
}

/** Condition: the time at `path` is in the future. */
export function isAhead(path: string): { $or: [object] } {
  return { $or: [{ $expr: { $gt: [`$${path}`, '$$NOW'] } }] }
}

/** Value for an update pipeline: this many milliseconds from now. */
export function fromNow(ms: number): { $add: [string, number] } {
  return { $add: ['$$NOW', ms] }
}

/** Values for an update pipeline, in which a string that starts with `$` would be read as a path. */
export function asLiterals(
  fields: Readonly<Record<string, unknown>>,
): Record<string, { readonly $literal: unknown }> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, { $literal: value }]))
}
