import type {
  ChosenColumn,
  ChosenColumns,
  EarlierReading,
  PhoneColumnQuestion,
  ReadingQuestion,
} from '../../../models/index.ts'
import type { HeaderMapping } from '../../customers/fields/index.ts'
import type { MapHeaderOptions } from '../../customers/mapping/index.ts'

export type UnderstoodColumns =
  | {
      readonly kind: 'mapped'
      readonly mapping: HeaderMapping
      readonly chosen?: ChosenColumn
      /** The targets a person chose for single columns. */
      readonly columns?: ChosenColumns
      /** How earlier files with these headings were read, if no row of this file shows a difference. */
      readonly earlier?: EarlierReading
    }
  /** A person must choose the phone column, or one of two readings. */
  | { readonly kind: 'ask'; readonly question: PhoneColumnQuestion | ReadingQuestion }

/** How headers are read, the same for every file. */
export type ColumnSettings = Omit<MapHeaderOptions, 'phoneColumn' | 'headerless' | 'reading'>
