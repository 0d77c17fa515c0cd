/** Repeatable randomness: the same seed gives the same choices in the same order. */
export interface Chance {
  /** From 0 up to, not including, 1. */
  next(): number
  /** A whole number, both ends included. */
  between(least: number, max: number): number
  /** True with this probability. */
  happens(probability: number): boolean
  pick<T>(items: readonly [T, ...T[]]): T
  /** An independent source of randomness. */
  fork(): Chance
}

/** Mulberry32: 32 bits of state, enough to choose the next fault. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0
  const chance: Chance = {
    next() {
      state = (state + 0x6d2b79f5) >>> 0
      let mixed = Math.imul(state ^ (state >>> 15), state | 1)
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
    },
    between: (least, limit) => least + Math.floor(chance.next() * (limit - least + 1)),
    happens: (probability) => chance.next() < probability,
    pick: (items) => items[Math.floor(chance.next() * items.length)] ?? items[0],
    fork: () => createChance(Math.floor(chance.next() * 2 ** 32)),
  }
  return chance
}
