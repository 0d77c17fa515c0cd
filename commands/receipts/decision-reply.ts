import type { FileUpload, SheetQuestion } from '../../models/index.ts'
import type { FieldCatalogue } from '../../src/customers/fields/index.ts'
import { plural, type Reply, type ReplyPart } from '../reply/index.ts'
import { describePhoneQuestion, LEAVE_UPLOAD } from './phone-column-reply.ts'
import { describeHeld } from './preview-reply.ts'

export const CHOOSE_SHEET = 'choose_sheet'

/** Sheets shown with their headings; the menu holds more. */
const MAX_SHOWN = 10

/** What a held upload waits for, with the buttons that decide it: a look at what it would do, or an answer about its columns or sheets. */
export function describeDecision(upload: FileUpload, catalogue: FieldCatalogue): Reply {
  const { hold, question } = upload
  const isShown = hold !== undefined && hold.answer === undefined
  if (isShown || !question) return describeHeld(upload, catalogue)
  return question.kind === 'sheet'
    ? describeSheetQuestion(upload, question)
    : describePhoneQuestion(upload, question)
}

/** The question which sheet of a workbook is the list, for its thread: the sheets with their headings, and a menu. */
function describeSheetQuestion({ number, file }: FileUpload, { candidates }: SheetQuestion): Reply {
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
      buttons: [{ label: 'Do not import this file', action: LEAVE_UPLOAD, value: String(number) }],
    },
    {
      kind: 'note',
      text: 'Nothing is imported until someone in this channel chooses. Other files are not delayed. The choice is remembered for workbooks with the same sheets and headings in this channel.',
    },
  )
  return { visibility: 'channel', parts }
}
