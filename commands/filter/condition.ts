import type { FieldCatalogue } from '../../src/customers/fields/index.ts'
import type { CustomerFilter } from '../../src/uploads/filters/index.ts'
import { type DayOptions, dayOf } from '../text/index.ts'

export interface FilterOptions extends DayOptions {
  readonly catalogue: FieldCatalogue
}

export interface ReadOptions extends FilterOptions {
  /** True if a condition other than a place begins with these words. */
  readonly begins: (words: readonly string[]) => boolean
}

/** The meaning of the first words. None of `condition`, `by` and `sum`: they have no meaning of their own. */
export interface Reading {
  /** Number of words. */
  readonly words: number
  readonly condition?: CustomerFilter
  /** Field to group by. */
  readonly by?: string
  /** Field of amounts to add. */
  readonly sum?: string
  /** The words that may be left out in a second condition of the kind: `due` in `due today or tomorrow`. */
  readonly head?: string
}

/** Undefined: the words begin with something else. */
export type Reader = (words: readonly string[], options: ReadOptions) => Reading | undefined

/** The first words in lower case. */
export const lower = (words: readonly string[], count = 1): string =>
  words.slice(0, count).join(' ').toLowerCase()

export const today = ({ now, timeZone }: DayOptions): string => dayOf(now, timeZone)
