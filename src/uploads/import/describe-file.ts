import type { ChosenEncoding, FileUpload, ReadingWords, UploadSheet } from '../../../models/index.ts'
import { bareHeader } from '../../customers/columns/index.ts'
import type { List, ListFile } from '../../lists/index.ts'
import { sampleColumns } from '../columns/index.ts'
import type { OpenedFile } from '../lease/index.ts'
import type { UnderstoodColumns } from '../readings/index.ts'

/** The imported list, and its file. */
export interface ChosenFile extends OpenedFile {
  readonly bytes: number
  readonly sha256: string
  readonly list: List
  readonly sheet?: UploadSheet
  /** If a person chose it. */
  readonly encoding?: ChosenEncoding
  /** Sentences for the receipt. */
  readonly notes: readonly string[]
}

/** What an upload's document stores of its file before the import. */
export function describeFile(
  upload: FileUpload,
  { name, bytes, sha256, sheet, encoding, notes, list: { place, maxRows }, ...opened }: ChosenFile,
  list: ListFile,
  understood?: Omit<Extract<UnderstoodColumns, { kind: 'mapped' }>, 'kind'> & {
    readonly words: ReadingWords
  },
): Pick<FileUpload, 'file' | 'source' | 'notes'> {
  const columns = understood?.columns ?? upload.file.columns
  const isHeaderRow = understood?.mapping.isHeaderRow === true
  const headings = isHeaderRow ? null : bareHeader(list.header).headings
  return {
    source: describeSource(upload, opened),
    file: {
      name,
      bytes,
      sha256,
      // For a text file, which has only one list.
      ...(place === undefined && { lines: maxRows }),
      ...list.dialect,
      ...(sheet && { sheet }),
      ...(encoding && { chosen_encoding: encoding }),
      header: [...list.header],
      ...(understood && { mapping: understood.mapping, read_with: understood.words }),
      ...(headings !== null && { headings }),
      ...(understood?.earlier && { earlier_reading: understood.earlier }),
      ...(understood?.chosen && { phone_column: understood.chosen }),
      ...(columns && { columns }),
      // The columns of a file from the command line are never corrected in a modal.
      ...(upload.source.kind === 'slack' && { sample: sampleColumns(list) }),
    },
    notes: [...notes, ...list.notes, ...(understood?.mapping.notes ?? [])],
  }
}

/** The source with what was learned when the file was found. */
export function describeSource(
  { source }: FileUpload,
  { link, thread }: Pick<OpenedFile, 'link' | 'thread'>,
): FileUpload['source'] {
  if (source.kind !== 'slack') return source
  return {
    ...source,
    ...(link !== undefined && { message_link: link }),
    ...(thread !== undefined && { thread }),
  }
}
