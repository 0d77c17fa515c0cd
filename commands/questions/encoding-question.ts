import type { EncodingQuestion, FileUpload } from '../../models/index.ts'
import { nameEncoding } from '../../src/encoding-names.ts'
import type { Reply } from '../reply/index.ts'
import { leaveButton } from './question-parts.ts'

export const CHOOSE_ENCODING = 'choose_encoding'

/**
 * The question about the encoding of a text whose bytes prove none: the same lines in each likely reading,
 * with buttons.
 */
export function describeEncodingQuestion({ number, file }: FileUpload, question: EncodingQuestion): Reply {
  const { candidates, lines } = question
  return {
    visibility: 'channel',
    parts: [
      {
        kind: 'headline',
        text: [
          'Which encoding of ',
          { bold: `#${number}` },
          ' ',
          { code: file.name },
          ' shows the right letters?',
        ],
      },
      {
        kind: 'text',
        text: 'The bytes of the file do not prove in which encoding it was saved. These are the same lines in each likely encoding. Choose the one with the right names.',
      },
      {
        kind: 'table',
        columns: ['Encoding', ...lines.map((line) => `Line ${line}`)],
        rows: candidates.map(({ header, examples }) => [nameEncoding(header), ...examples]),
      },
      {
        kind: 'buttons',
        buttons: [
          ...candidates.map(({ index, header }) => ({
            label: nameEncoding(header),
            action: CHOOSE_ENCODING,
            value: `${number}:${index}`,
          })),
          leaveButton(number),
        ],
      },
      {
        kind: 'note',
        text: `Nothing is imported until someone in this channel chooses. Other files are not delayed. ${rememberedReading(question)} If no line is right, save the file as "CSV UTF-8" and share it again.`,
      },
    ],
  }
}

function rememberedReading({ fingerprint }: EncodingQuestion): string {
  return fingerprint === undefined
    ? 'The file has no headings, so the choice applies to this file only.'
    : 'The choice is remembered for files that the same person shares with the same headings in this channel.'
}
