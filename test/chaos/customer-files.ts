import type { Chance } from '../../dev/faults/random.ts'

/** Fields a row may have, by their stored names. */
const FIELDS = ['full_name', 'city', 'loan_amount', 'loan_id', 'attributes.shirt_size'] as const
export type Field = (typeof FIELDS)[number]
/** An unknown column, which is stored as an attribute. */
type Unknown = `attributes.zettel_${number}`
export type Value = string | number

/** The content of a row before it is written as text. */
export type FileRow =
  | {
      readonly kind: 'customer'
      readonly phone: string
      /** The phone as written in the file. */
      readonly written: string
      readonly cells: Partial<Record<Field | Unknown, Value | 'CLEAR'>>
      /** The phone under `Alternate Number`; only in files with that column. */
      readonly second?: string
    }
  /** Its phone is invalid, but its loan ID can still identify a person. */
  | { readonly kind: 'invalid'; readonly phone?: string }
  | { readonly kind: 'blank' }

export interface CustomerFile {
  readonly name: string
  /** The first one is line 2. */
  readonly rows: readonly FileRow[]
  readonly text: string
}

const HEADERS: Record<Field, string> = {
  full_name: 'Customer Name',
  city: 'City',
  loan_amount: 'Loan Amount',
  loan_id: 'Loan ID',
  'attributes.shirt_size': 'Shirt Size',
}
const CLEAR_WORD = '#CLEAR'
const FIRST_NAMES = ['Asha', 'Ravi', 'Meera', 'Kushal', 'Imran', 'Divya', 'Farah', 'Gopal'] as const
const LAST_NAMES = ['Sharma', 'Iyer', 'Qureshi', 'Menon', 'Kulkarni', 'Pillai', 'Das', 'Bose'] as const
const CITIES = ['Pune', 'Chennai', 'Hyderabad', 'Kochi', 'Mumbai', 'Delhi', 'Jaipur', 'Nagpur'] as const
const SIZES = ['S', 'M', 'L', 'XL'] as const

/** Phones of a fixed set of customers, who occur in many files. */
export function phoneOf(customer: number): string {
  return `+9198200${String(customer).padStart(5, '0')}`
}

/** A loan number that identifies one customer, the same in every file. */
export function loanOf(phone: string): string {
  return `LN-9${phone.slice(-5)}`
}

/** A customer's second phone, always the same; in every twenty customers two share one. */
export function secondPhoneOf(phone: string): string {
  const customer = Number(phone.slice(-5))
  const owner = customer % 20 === 1 ? customer - 1 : customer
  return `+9198300${String(owner).padStart(5, '0')}`
}

/** A file of about `size` rows with these phones, including duplicates and invalid rows. */
export function makeCustomerFile(
  chance: Chance,
  name: string,
  size: number,
  phones: readonly [string, ...string[]],
  hasSecondPhones = false,
): CustomerFile {
  const columns = FIELDS.filter(() => chance.happens(0.75))
  const rows = Array.from({ length: size }, (): FileRow => {
    const kind = chance.next()
    const phone = chance.pick(phones)
    if (kind < 0.02) return { kind: 'invalid', ...(columns.includes('loan_id') && { phone }) }
    if (kind < 0.03) return { kind: 'blank' }
    const cells: Partial<Record<Field, Value | 'CLEAR'>> = {}
    for (const field of columns) if (chance.happens(0.8)) cells[field] = makeValue(chance, field, phone)
    if (hasSecondPhones) return aRowOfTwoPhones(chance, phone, cells)
    return { kind: 'customer', phone, written: writePhone(chance, phone), cells }
  })
  const lines = rows.map((row) => writeRow(row, columns) + (hasSecondPhones ? `,${secondCellOf(row)}` : ''))
  const header =
    ['Phone', ...columns.map((field) => HEADERS[field])].join(',') +
    (hasSecondPhones ? ',Alternate Number' : '')
  return { name, rows, text: `${[header, ...lines].join('\n')}\n` }
}

/** Every customer once, with both phones, so that later rows can match the second one. */
export function makeTownFile(chance: Chance, name: string, phones: readonly string[]): CustomerFile {
  const rows = phones.map((phone): FileRow => {
    const written = writePhone(chance, phone)
    return { kind: 'customer', phone, written, cells: {}, second: secondPhoneOf(phone) }
  })
  const lines = rows.map((row) => `${writeRow(row, [])},${secondCellOf(row)}`)
  return { name, rows, text: `${['Phone,Alternate Number', ...lines].join('\n')}\n` }
}

const VISITORS = 300
const VISITOR_ROWS = 1_200

/** Customers who are only in these two files, and whom nobody asks to forget. */
const visitorOf = (index: number): string => phoneOf(90_000 + index)

export const isVisitor = (phone: string): boolean => phone >= visitorOf(0)

/** Lists towns under a heading that is new in each round, so that a stored choice affects no other file. */
export function makeMisreadFile(chance: Chance, round: number): CustomerFile {
  const rows = Array.from({ length: VISITOR_ROWS }, (): FileRow => {
    const phone = visitorOf(chance.between(0, VISITORS - 1))
    const cells = { [`attributes.zettel_${round}`]: chance.pick(CITIES) }
    return { kind: 'customer', phone, written: writePhone(chance, phone), cells }
  })
  return toFile(`zettel-${round}.csv`, ['Phone', `Zettel ${round}`], rows)
}

/** The same file with its second column read as the town. */
export function readRight({ rows, ...file }: CustomerFile): CustomerFile {
  const corrected = rows.map((row): FileRow => {
    const [town] = row.kind === 'customer' ? Object.values(row.cells) : []
    return row.kind === 'customer' && town !== undefined ? { ...row, cells: { city: town } } : row
  })
  return { ...file, rows: corrected }
}

/** A later list of some of the same customers. Its towns win, whatever happens to the first list. */
export function makeVisitorsFile(chance: Chance, round: number): CustomerFile {
  const rows = Array.from({ length: VISITORS / 2 }, (_, index): FileRow => {
    const phone = visitorOf(2 * index)
    return {
      kind: 'customer',
      phone,
      written: writePhone(chance, phone),
      cells: { city: chance.pick(CITIES) },
    }
  })
  return toFile(`visitors-${round}.csv`, ['Phone', 'City'], rows)
}

function toFile(name: string, header: readonly string[], rows: readonly FileRow[]): CustomerFile {
  const lines = rows.map((row) =>
    row.kind === 'customer' ? [row.written, ...Object.values(row.cells)].join(',') : '',
  )
  return { name, rows, text: `${[header.join(','), ...lines].join('\n')}\n` }
}

/**
 * A row with the customer's primary phone, half of the time with the second one, or with the second one
 * alone.
 */
function aRowOfTwoPhones(
  chance: Chance,
  own: string,
  { loan_id, full_name, ...rest }: Partial<Record<Field, Value | 'CLEAR'>>,
): FileRow {
  const second = secondPhoneOf(own)
  // Only the phone shows whose row this is: forgetting finds invalid rows by a loan ID, or by a name and
  // another value.
  if (chance.happens(0.25))
    return { kind: 'customer', phone: second, written: writePhone(chance, second), cells: rest }
  const named = { ...(full_name !== undefined && { full_name }), ...(loan_id !== undefined && { loan_id }) }
  const cells = { ...rest, ...named }
  const row = { kind: 'customer' as const, phone: own, written: writePhone(chance, own), cells }
  return chance.happens(0.5) ? { ...row, second } : row
}

const secondCellOf = (row: FileRow): string => (row.kind === 'customer' ? (row.second ?? '') : '')

function makeValue(chance: Chance, field: Field, phone: string): Value | 'CLEAR' {
  if (field === 'loan_id') return loanOf(phone)
  if (chance.happens(0.04)) return 'CLEAR'
  return VALUES[field](chance)
}

const VALUES: Readonly<Record<Exclude<Field, 'loan_id'>, (chance: Chance) => Value>> = {
  full_name: (chance) => `${chance.pick(FIRST_NAMES)} ${chance.pick(LAST_NAMES)}`,
  city: (chance) => chance.pick(CITIES),
  loan_amount: (chance) => chance.between(1, 500) * 1000,
  'attributes.shirt_size': (chance) => chance.pick(SIZES),
}

function writeRow(row: FileRow, columns: readonly Field[]): string {
  if (row.kind === 'blank') return ','.repeat(columns.length)
  const cells = columns.map((field) => {
    if (row.kind === 'invalid') return field === 'loan_id' && row.phone ? loanOf(row.phone) : ''
    const value = row.cells[field]
    return value === 'CLEAR' ? CLEAR_WORD : String(value ?? '')
  })
  return [row.kind === 'invalid' ? '12345' : row.written, ...cells].join(',')
}

/** Different written forms of one number. */
function writePhone(chance: Chance, phone: string): string {
  const national = phone.slice(3)
  return chance.pick([
    phone,
    national,
    `0${national}`,
    `91${national}`,
    `+91 ${national.slice(0, 5)}-${national.slice(5)}`,
  ])
}
