import type { ChosenColumn, FileUpload, UploadFile } from '../../models/index.ts'
import { nameEncoding } from '../../src/encoding-names.ts'
import { describeCountry } from '../../src/uploads/readings/index.ts'
import { nameColumn } from '../reading/index.ts'
import { type Inline, plural } from '../reply/index.ts'

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
