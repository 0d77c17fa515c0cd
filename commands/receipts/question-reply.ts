import type {
  ChosenColumn,
  EncodingQuestion,
  FileUpload,
  PhoneColumnQuestion,
  ReadingCandidate,
  ReadingQuestion,
  SheetQuestion,
  UploadFile,
} from '../../models/index.ts'
import { formatPhone } from '../../src/customers/phones/index.ts'
import { nameEncoding } from '../../src/encoding-names.ts'
import { describeCountry, describeLabels } from '../../src/uploads/readings/index.ts'
import { nameColumn, wrongColumn } from '../reading/index.ts'
import { type Inline, nameOfLine, plural, type Reply, type ReplyPart, type Sentence } from '../reply/index.ts'

export const CHOOSE_PHONE_COLUMN = 'choose_phone_column'
export const CHOOSE_SHEET = 'choose_sheet'
export const CHOOSE_ENCODING = 'choose_encoding'
export const CHOOSE_READING = 'choose_reading'
export const LEAVE_UPLOAD = 'leave_upload'

/** Maximum of columns or sheets shown with examples; the menu has more. */
const MAX_SHOWN = 10

/** The answer to an upload's question in words: a column, a sheet or a reading. */
export function nameChoice(
  { question }: Pick<FileUpload, 'question'>,
  chosen: { readonly header: string; readonly index: number },
): string {
  if (question?.kind === 'encoding') return nameEncoding(chosen.header)
  if (question?.kind !== 'reading') return nameColumn(chosen)
  return chosen.index === 0 ? `as before (#${question.before})` : 'the new way'
}

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
      buttons: [
        { label: 'Do not import this file', action: LEAVE_UPLOAD, value: String(number) },
        ...wrongColumn(upload),
      ],
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
      buttons: [{ label: 'Do not import this file', action: LEAVE_UPLOAD, value: String(number) }],
    },
    {
      kind: 'note',
      text: 'Nothing is imported until someone in this channel chooses. Other files are not delayed. The choice is remembered for workbooks with the same sheets and headings in this channel.',
    },
  )
  return { visibility: 'channel', parts }
}

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
          { label: 'Do not import this file', action: LEAVE_UPLOAD, value: String(number) },
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
          { label: 'Do not import this file', action: LEAVE_UPLOAD, value: String(number) },
        ],
      },
      {
        kind: 'note',
        text: 'Nothing is imported until someone in this channel chooses. Other files are not delayed. The choice is remembered for files with the same headings in this channel.',
      },
    ],
  }
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

/** For a receipt: the chosen column, by whom and when. Undefined if the header was clear. */
export function describeChosenColumn({ file, source }: FileUpload): Inline[] | undefined {
  const chosen = file.phone_column
  if (!chosen) return undefined
  const isRemembered = chosen.upload !== undefined || (source.kind === 'slack' && !file.mapping?.isHeaderRow)
  return [
    'Phone column: ',
    { bold: nameColumn(chosen) },
    ...describeChosenCountry(file, chosen),
    ', chosen by ',
    { user: chosen.by },
    ...(chosen.upload === undefined ? [] : [` for #${chosen.upload}`]),
    ' (',
    { time: chosen.at, style: 'day' },
    ').',
    ...(isRemembered ? [' To change it, type ', { code: '/uploads mapping' }, '.'] : []),
  ]
}

/** For a preview or receipt: who chose the columns. Undefined if nobody did. */
export function describeChosenColumns({ file, source }: FileUpload): Inline[] | undefined {
  const { columns } = file
  if (!columns || columns.columns.length === 0) return undefined
  const { by, at, upload } = columns
  const names = columns.columns.map(({ index }) =>
    nameColumn({ header: file.mapping?.columns[index]?.header ?? '', index }),
  )
  const rest = names.length - MAX_CHOSEN
  return [
    names.length === 1 ? 'Column ' : 'Columns ',
    { bold: names.slice(0, MAX_CHOSEN).join(', ') },
    rest > 0 ? ` and ${plural(rest, 'more')}` : '',
    ' as chosen by ',
    { user: by },
    ...(upload === undefined ? [] : [` for #${upload}`]),
    ' (',
    { time: at, style: 'day' },
    ').',
    ...(source.kind === 'slack' && !file.mapping?.isHeaderRow
      ? [' To see or change it, type ', { code: '/uploads mapping' }, '.']
      : []),
  ]
}

/** Maximum of chosen columns in a receipt. */
const MAX_CHOSEN = 5

/** The country chosen with the column, if the choice was between two readings. */
function describeChosenCountry({ header = [], mapping }: UploadFile, { reading }: ChosenColumn): Inline[] {
  if (!reading) return []
  const region = reading.region ?? mapping?.region
  return region === undefined ? [] : [`, country from ${describeCountry({ ...reading, region }, header)}`]
}

/** For a receipt: the chosen sheet, by whom and when. Undefined if nobody had to choose. */
export function describeChosenSheet({ file }: FileUpload): Inline[] | undefined {
  const { sheet } = file
  if (!sheet?.chosen) return undefined
  const { by, at, upload } = sheet.chosen
  return [
    'Sheet: ',
    { bold: sheet.name },
    ', as chosen by ',
    { user: by },
    ...(upload === undefined ? [] : [` for #${upload}`]),
    ' (',
    { time: at, style: 'day' },
    '). To change it, type ',
    { code: '/uploads mapping' },
    '.',
  ]
}

/** For a receipt: the chosen encoding, by whom and when. Undefined if nobody had to choose. */
export function describeChosenEncoding({ file }: FileUpload): Inline[] | undefined {
  const chosen = file.chosen_encoding
  if (!chosen) return undefined
  return [
    'Encoding: ',
    { bold: nameEncoding(chosen.name) },
    ', as chosen by ',
    { user: chosen.by },
    ...(chosen.upload === undefined ? [] : [` for #${chosen.upload}`]),
    ' (',
    { time: chosen.at, style: 'day' },
    '). To change it, type ',
    { code: '/uploads mapping' },
    '.',
  ]
}
