import type { FileUpload, PhoneColumnQuestion } from '../../models/index.ts'
import { nameColumn, wrongColumn } from '../reading/index.ts'
import { plural, type Reply, type ReplyPart, type Sentence } from '../reply/index.ts'
import { leaveButton, MAX_SHOWN } from './question-parts.ts'

export const CHOOSE_PHONE_COLUMN = 'choose_phone_column'

/** The question about the phone column, for the thread: every column with some cells, and a menu. */
export function describePhoneQuestion(upload: FileUpload, question: PhoneColumnQuestion): Reply {
  const { number, file } = upload
  const { candidates } = question
  const shown = candidates.slice(0, MAX_SHOWN)
  const names = nameApart(candidates)
  const rest = candidates.length - shown.length
  const parts: ReplyPart[] = [
    {
      kind: 'headline',
      text: [
        'Which column of ',
        { bold: `#${number}` },
        ' ',
        { code: file.name },
        ' holds the phone numbers?',
      ],
    },
    {
      kind: 'text',
      text: whyAsked(question),
    },
    ...describeSuggestion(question),
    ...describeBefore(question),
    {
      kind: 'table',
      columns: ['Column', 'For example'],
      rows: shown.map(({ examples }, at) => [names[at] ?? '', examples.join('  ·  ')]),
    },
  ]
  if (rest > 0)
    parts.push({ kind: 'note', text: `… and ${plural(rest, 'more column')}, listed in the menu.` })
  parts.push(
    {
      kind: 'menu',
      action: CHOOSE_PHONE_COLUMN,
      label: 'Choose the phone column',
      value: '',
      options: candidates.map(({ index }, at) => ({ label: names[at] ?? '', value: `${number}:${index}` })),
    },
    {
      kind: 'buttons',
      buttons: [leaveButton(number), ...wrongColumn(upload)],
    },
    {
      kind: 'note',
      text: `Nothing is imported until someone in this channel chooses. Other files are not delayed. ${remembered(question)}`,
    },
  )
  return { visibility: 'channel', parts }
}

/** A suggestion from another channel's choice. */
function describeSuggestion({ suggested, candidates }: PhoneColumnQuestion): ReplyPart[] {
  const column = candidates.find(({ index }) => index === suggested?.index)
  if (!suggested || !column) return []
  return [
    {
      kind: 'text',
      text: [
        { user: suggested.by },
        ' chose ',
        { bold: nameColumn(column) },
        ' for a file with these headings in another channel',
        ...(suggested.upload === undefined ? [] : [` (#${suggested.upload})`]),
        '. Choose it here, too, if it is right.',
      ],
    },
  ]
}

/** The phone column of an earlier file with these headings. */
function describeBefore({ before, candidates }: PhoneColumnQuestion): ReplyPart[] {
  const column = candidates.find(({ index }) => index === before?.index)
  if (!before || !column) return []
  const text: Sentence = [
    { bold: `#${before.upload}` },
    ' has the same headings. Its phones were taken from ',
    { bold: nameColumn(column) },
    '.',
  ]
  return [{ kind: 'text', text }]
}

function whyAsked(question: PhoneColumnQuestion): string {
  if (question.equal)
    return `${question.equal.join(' and ')} hold different phone numbers, and their headings do not say which is the customer's.`
  const why = question.is_headerless
    ? 'The first line looks like data, not like headings. It is read as a row, and the columns are numbered.'
    : 'The headings do not tell.'
  return question.is_phoneless ? `${why} The first rows contain no phone number.` : why
}

function remembered(question: PhoneColumnQuestion): string {
  return question.is_headerless
    ? 'The file has no headings, so the choice applies to this file only.'
    : 'The choice is remembered for files with the same headings in this channel.'
}

/** Two columns can have the same heading: then the position is added. */
function nameApart(columns: readonly { readonly header: string; readonly index: number }[]): string[] {
  const names = columns.map(nameColumn)
  return names.map((name, at) =>
    names.indexOf(name) === names.lastIndexOf(name)
      ? name
      : `${name} (column ${(columns[at]?.index ?? 0) + 1})`,
  )
}
