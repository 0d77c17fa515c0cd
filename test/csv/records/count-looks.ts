/** Number of characters that methods of `String` and `RegExp` read, to prove linear work. */
export interface Looks {
  count: number
}

type Method = (this: unknown, ...given: unknown[]) => unknown

const lengthOf = (text: unknown): number => String(text).length

/** The end of a search: its result, or the end of the text. */
function searched(text: unknown, [, from]: readonly unknown[], found: unknown): number {
  const end = typeof found === 'number' && found >= 0 ? found : lengthOf(text)
  return Math.max(1, end - Number(from ?? 0))
}

const one = (): number => 1
const whole = (text: unknown): number => lengthOf(text)
/** A pattern costs at least the text after its `lastIndex`, or up to it if it stopped there. */
const matched = (_: unknown, [text]: readonly unknown[]): number => lengthOf(text)

const COSTS: readonly [
  object,
  string,
  (self: unknown, given: readonly unknown[], result: unknown) => number,
][] = [
  [String.prototype, 'charCodeAt', one],
  [String.prototype, 'charAt', one],
  [String.prototype, 'slice', one],
  [String.prototype, 'indexOf', searched],
  [String.prototype, 'includes', whole],
  [String.prototype, 'split', whole],
  [String.prototype, 'trim', whole],
  [String.prototype, 'replace', whole],
  [String.prototype, 'replaceAll', whole],
  [RegExp.prototype, 'test', matched],
  [Array.prototype, 'join', (_, __, result) => lengthOf(result)],
]

/**
 * Runs the work and counts the characters it reads. Other work in the meantime counts too, so nothing else
 * may run.
 */
export async function countLooks(work: () => unknown): Promise<number> {
  const looks: Looks = { count: 0 }
  const restore = COSTS.map(([prototype, name, cost]) => {
    const own = Object.getOwnPropertyDescriptor(prototype, name)
    const method = own?.value as Method
    const counted: Method = function (...given) {
      const result = method.apply(this, given)
      looks.count += cost(this, given, result)
      return result
    }
    Object.defineProperty(prototype, name, { ...own, value: counted })
    return () => Object.defineProperty(prototype, name, { ...own, value: method })
  })
  try {
    await work()
  } finally {
    for (const undo of restore) undo()
  }
  return looks.count
}
