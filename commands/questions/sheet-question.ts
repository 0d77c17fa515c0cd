import type { FileUpload, SheetQuestion } from '../../models/index.ts'
import { plural, type Reply, type ReplyPart } from '../reply/index.ts'
import { leaveButton, MAX_SHOWN } from './question-parts.ts'

export const CHOOSE_SHEET = 'choose_sheet'

/** The question about the sheet, for the thread: the sheets with their headings, and a menu. */
export function describeSheetQuestion({ number, file }: FileUpload, { candidates }: SheetQuestion): Reply {
  const shown = candidates.slice(0, MAX_SHOWN)
  const rest = candidates.length - shown.length
  const parts: ReplyPart[] = [
    {
      kind: 'headline',
      text: ['Which sheet of ', { bold: `#${number}` }, ' ', { code: file.name }, ' is the customer list?'],
    },
    { kind: 'text', text: 'The workbook has several sheets with rows.' },
    {
      kind: 'table',
      columns: ['Sheet', 'Headings'],
      rows: shown.map(({ header, examples }) => [header, examples.join('  ·  ')]),
    },
  ]
  if (rest > 0)
    parts.push({ kind: 'note', text: `… and ${plural(rest, 'more sheet')}, all of them in the menu.` })
  parts.push(
    {
      kind: 'menu',
      action: CHOOSE_SHEET,
      label: 'Choose the sheet',
      value: '',
      options: candidates.map(({ index, header }) => ({ label: header, value: `${number}:${index}` })),
    },
    {
      kind: 'buttons',
      buttons: [leaveButton(number)],
    },
    {
      kind: 'note',
      text: 'Nothing is imported until someone in this channel chooses. Other files are not delayed. The choice is remembered for workbooks with the same sheets and headings in this channel.',
    },
  )
  return { visibility: 'channel', parts }
}
