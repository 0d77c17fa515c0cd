import { dateWorkbooks } from './date-workbooks.ts'
import { dropShareIndex } from './drop-share-index.ts'
import { dropShortIndexes } from './drop-short-indexes.ts'
import { dropUploadLine } from './drop-upload-line.ts'
import { fillChangedFields } from './fill-changed-fields.ts'
import { fillCityWords, fillSearchWords } from './fill-search-words.ts'
import { fillStateWords } from './fill-state-words.ts'
import { indexSecondPhones } from './index-second-phones.ts'
import { markHeadings } from './mark-headings.ts'
import type { Migration } from './migrate.ts'
import { scopeColumnChoices } from './scope-column-choices.ts'
import { setUploadKinds } from './set-upload-kinds.ts'

/**
 * All migrations, in order. Append only: released migrations stay as they are, because databases of any age
 * run all that they have not run.
 *
 * A version that only adds optional fields needs no migration.
 */
export const MIGRATIONS: readonly Migration[] = [
  { version: 1, name: 'keep what each file changed by field', run: fillChangedFields },
  { version: 2, name: 'say whose each choice of a phone column is', run: scopeColumnChoices },
  { version: 3, name: 'let indexes give the order of lists', run: dropShortIndexes },
  { version: 4, name: 'find people by every phone of theirs', run: indexSecondPhones },
  { version: 5, name: 'say of each upload what kind it is', run: setUploadKinds },
  { version: 6, name: 'date the workbooks that are not imported', run: dateWorkbooks },
  { version: 7, name: 'find how files with the same headings were read', run: markHeadings },
  { version: 8, name: 'let a file be read again at the place of its share', run: dropShareIndex },
  { version: 9, name: 'find people by city, last digits and similar names', run: fillSearchWords },
  { version: 10, name: 'let the ids of rows say that no line is there twice', run: dropUploadLine },
  { version: 11, name: 'find people by a city with a wrong letter', run: fillCityWords },
  { version: 12, name: 'find people by state', run: fillStateWords },
]
