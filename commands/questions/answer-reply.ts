import type { FileUpload } from '../../models/index.ts'
import { nameEncoding } from '../../src/encoding-names.ts'
import { nameColumn } from '../reading/index.ts'
import type { Reply, Sentence } from '../reply/index.ts'

/** The answer to an upload's question in words: a column, a sheet or a reading. */
export function nameChoice(
  { question }: Pick<FileUpload, 'question'>,
  chosen: { readonly header: string; readonly index: number },
): string {
  if (question?.kind === 'encoding') return nameEncoding(chosen.header)
  if (question?.kind !== 'reading') return nameColumn(chosen)
  return chosen.index === 0 ? `as before (#${question.before})` : 'the new way'
}

const CHOSEN_AS = {
  phone_column: ' as the phone column. ',
  sheet: ' as the sheet of the list. ',
  encoding: ' as the encoding of the text. ',
  reading: '. ',
} as const

/** The same message after an answer. */
export function describeAnswered(upload: FileUpload): Reply {
  const answer = upload.question?.answer
  const column = upload.question?.candidates.find(({ index }) => index === answer?.index)
  const text: Sentence = [
    { bold: `#${upload.number}` },
    ' ',
    { code: upload.file.name },
    ...(answer && column
      ? [
          ': ',
          { user: answer.by },
          upload.question?.kind === 'reading' ? ' chose to read it ' : ' chose ',
          { bold: nameChoice(upload, column) },
          CHOSEN_AS[upload.question?.kind ?? 'phone_column'],
        ]
      : [': ']),
    upload.preview_wanted ? 'The file is being read again.' : 'The file is being imported.',
  ]
  return { visibility: 'channel', parts: [{ kind: 'text', text }] }
}
