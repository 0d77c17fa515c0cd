/** A violated invariant. */
export class BrokenInvariant extends Error {
  override readonly name = 'BrokenInvariant'
}

export function hold(isKept: boolean, what: string): asserts isKept {
  if (!isKept) throw new BrokenInvariant(what)
}
