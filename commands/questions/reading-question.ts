import type { FileUpload, ReadingCandidate, ReadingQuestion } from '../../models/index.ts'
import { formatPhone } from '../../src/customers/phones/index.ts'
import { describeCountry, describeLabels } from '../../src/uploads/readings/index.ts'
import { nameColumn } from '../reading/index.ts'
import { nameOfLine, plural, type Reply, type Sentence } from '../reply/index.ts'
import { leaveButton } from './question-parts.ts'

export const CHOOSE_READING = 'choose_reading'

/**
 * The question about two readings, for the thread: some rows with the phone of each reading, and both
 * buttons.
 */
export function describeReadingQuestion(upload: FileUpload, question: ReadingQuestion): Reply {
  const { number, file } = upload
  const { candidates, lines, rows, before } = question
  const noun = nameOfLine(upload) === 'row' ? 'Row' : 'Line'
  const header = file.header ?? []
  const row = (label: string, post: (candidate: ReadingCandidate) => string): Sentence[] => [
    label,
    ...candidates.map(post),
  ]
  const isLabelled = new Set(candidates.map(({ reading }) => JSON.stringify(reading.labels ?? []))).size > 1
  const isCountryToo = new Set(candidates.map(({ reading }) => describeCountry(reading, header))).size > 1
  return {
    visibility: 'channel',
    parts: [
      {
        kind: 'headline',
        text: ['How should ', { bold: `#${number}` }, ' ', { code: file.name }, ' be read?'],
      },
      {
        kind: 'text',
        text: [
          'Files with these headings were imported before (',
          { bold: `#${before}` },
          '). Now they would be read differently, and some rows would get another phone.',
        ],
      },
      {
        kind: 'table',
        columns: ['', `As before (#${before})`, 'New way'],
        rows: [
          row('Phone column', ({ reading, header: name }) =>
            nameColumn({ header: name, index: reading.phones[0] ?? 0 }),
          ),
          ...(isLabelled ? [row('Order', ({ reading }) => describeLabels(reading, header))] : []),
          ...(isCountryToo ? [row('Country from', ({ reading }) => describeCountry(reading, header))] : []),
          ...lines.map((line, at) =>
            row(`${noun} ${line}`, ({ examples }) => {
              const phone = examples[at] ?? ''
              return phone === '' ? 'none' : formatPhone(phone)
            }),
          ),
          row('Known customers', ({ known }) => `${known} in the first ${plural(rows, 'row')}`),
        ],
      },
      {
        kind: 'buttons',
        buttons: [
          { label: 'Read as before', action: CHOOSE_READING, value: `${number}:0` },
          { label: 'Read the new way', action: CHOOSE_READING, value: `${number}:1` },
          leaveButton(number),
        ],
      },
      {
        kind: 'note',
        text: 'Nothing is imported until someone in this channel chooses. Other files are not delayed. The choice is remembered for files with the same headings in this channel.',
      },
    ],
  }
}
