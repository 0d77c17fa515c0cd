/**
 * What a process holds for a while, it holds by the database's clock: the clocks of the processes need not agree.
 */

/** Condition: nobody holds it, because the moment at `path` has passed or there is none. */
export function isFree(path: string): { $or: [object, object] } {
  // DocumentDB refuses `$$NOW` in a condition that stands alone beside an indexed field; an `$or` around it is fine.
  return { $or: [{ [path]: { $exists: false } }, { $expr: { $lt: [`$${path}`, '$$NOW'] } }] }
}

/** Condition: the moment at `path` is still ahead. */
export function isAhead(path: string): { $or: [object] } {
  return { $or: [{ $expr: { $gt: [`$${path}`, '$$NOW'] } }] }
}

/** Value, for an update with a pipeline: so many milliseconds from now. */
export function fromNow(ms: number): { $add: [string, number] } {
  return { $add: ['$$NOW', ms] }
}

/** Values, for an update with a pipeline: there a string that begins with `$` would be read as a path. */
export function asLiterals(
  fields: Readonly<Record<string, unknown>>,
): Record<string, { readonly $literal: unknown }> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, { $literal: value }]))
}
