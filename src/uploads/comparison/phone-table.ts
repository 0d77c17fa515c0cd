/** Stores a number of up to 32 bits and a mark for each phone. */
export interface PhoneTable {
  get(phone: string): number | undefined
  /** @returns the earlier value */
  set(phone: string, value: number): number | undefined
  /** Marks a phone; ignores an unknown phone. */
  mark(phone: string): void
  isMarked(phone: string): boolean
}

const MIN_SLOTS = 1024
const MAX_LOAD = 0.7
/** Knuth's multiplier puts neighbouring numbers into distant slots. */
const MULTIPLIER = 2_654_435_761

/**
 * Stores each phone's digits as a number, which is exact for the fifteen digits of E.164. Arrays of numbers
 * need 13 bytes per slot; a `Map` needs about a hundred per phone.
 */
export function createPhoneTable(expected: number): PhoneTable {
  let slots = MIN_SLOTS
  while (slots * MAX_LOAD < expected) slots *= 2
  let keys = new Float64Array(slots)
  let values = new Uint32Array(slots)
  let marks = new Uint8Array(slots)
  let size = 0

  /** The slot of a phone, or the free slot for it. */
  function slotOf(key: number): number {
    let slot = hash(key) & (slots - 1)
    while (keys[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) & (slots - 1)
    return slot
  }

  function grow(): void {
    const [oldKeys, oldValues, oldMarks] = [keys, values, marks]
    slots *= 2
    keys = new Float64Array(slots)
    values = new Uint32Array(slots)
    marks = new Uint8Array(slots)
    for (const [old, key] of oldKeys.entries()) {
      if (key === 0) continue
      const slot = slotOf(key)
      keys[slot] = key
      values[slot] = oldValues[old] ?? 0
      marks[slot] = oldMarks[old] ?? 0
    }
  }

  return {
    get(phone) {
      const slot = slotOf(digitsOf(phone))
      return keys[slot] === 0 ? undefined : values[slot]
    },
    set(phone, value) {
      if (size >= slots * MAX_LOAD) grow()
      const key = digitsOf(phone)
      const slot = slotOf(key)
      const before = keys[slot] === 0 ? undefined : values[slot]
      if (before === undefined) size += 1
      keys[slot] = key
      values[slot] = value
      return before
    },
    mark(phone) {
      const slot = slotOf(digitsOf(phone))
      if (keys[slot] !== 0) marks[slot] = 1
    },
    isMarked: (phone) => marks[slotOf(digitsOf(phone))] === 1,
  }
}

function digitsOf(phone: string): number {
  return Number(phone.slice(1))
}

function hash(key: number): number {
  const mixed = Math.imul((key % 2 ** 32) ^ Math.imul(Math.floor(key / 2 ** 32) + 1, MULTIPLIER), MULTIPLIER)
  return (mixed ^ (mixed >>> 15)) >>> 0
}
