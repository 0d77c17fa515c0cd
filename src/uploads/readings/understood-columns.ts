import type {
  ChosenColumn,
  ChosenColumns,
  EarlierReading,
  PhoneColumnQuestion,
  ReadingQuestion,
} from '../../../models/index.ts'
import type { MapHeaderOptions } from '../../customers/columns/index.ts'
import type { HeaderMapping } from '../../customers/fields/index.ts'

export type UnderstoodColumns =
  | {
      readonly kind: 'mapped'
      readonly mapping: HeaderMapping
      readonly chosen?: ChosenColumn
      /** What a person said single columns are for. */
      readonly columns?: ChosenColumns
      /** How files with these headings were read before, where no row of this one tells the difference. */
      readonly earlier?: EarlierReading
    }
  /** Only a person can tell which column holds the phones, or which of two readings is right. */
  | { readonly kind: 'ask'; readonly question: PhoneColumnQuestion | ReadingQuestion }

/** How headers are read, the same for every file. */
export type ColumnSettings = Omit<MapHeaderOptions, 'phoneColumn' | 'headerless' | 'reading'>
