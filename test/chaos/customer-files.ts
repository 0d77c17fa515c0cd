import type { Chance } from '../../dev/faults/random.ts'

/** Fields a row may name, by their name in the database. */
export const FIELDS = ['full_name', 'city', 'loan_amount', 'attributes.shirt_size'] as const
export type Field = (typeof FIELDS)[number]
export type Value = string | number

/** What a row says, known before it is written as text. */
export type FileRow =
  | {
      readonly kind: 'customer'
      readonly phone: string
      readonly cells: Partial<Record<Field, Value | 'CLEAR'>>
    }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'blank' }

export interface CustomerFile {
  readonly name: string
  /** The first stands on line 2. */
  readonly rows: readonly FileRow[]
  readonly text: string
}

const HEADERS: Record<Field, string> = {
  full_name: 'Customer Name',
  city: 'City',
  loan_amount: 'Loan Amount',
  'attributes.shirt_size': 'Shirt Size',
}
const CLEAR_WORD = '#CLEAR'
const FIRST_NAMES = ['Asha', 'Ravi', 'Meera', 'Kushal', 'Imran', 'Divya', 'Farah', 'Gopal'] as const
const LAST_NAMES = ['Sharma', 'Iyer', 'Qureshi', 'Menon', 'Kulkarni', 'Pillai', 'Das', 'Bose'] as const
const CITIES = ['Pune', 'Chennai', 'Hyderabad', 'Kochi', 'Mumbai', 'Delhi', 'Jaipur', 'Nagpur'] as const
const SIZES = ['S', 'M', 'L', 'XL'] as const

/** The same customers come again in many files: this many phones, however many rows. */
export function phoneOf(customer: number): string {
  return `+9198200${String(customer).padStart(5, '0')}`
}

/** A file of about `size` rows over the first `customers` phones, some of them twice, some rows unusable. */
export function makeCustomerFile(
  chance: Chance,
  name: string,
  size: number,
  customers: number,
): CustomerFile {
  const columns = FIELDS.filter(() => chance.happens(0.75))
  const rows = Array.from({ length: size }, (): FileRow => {
    const kind = chance.next()
    if (kind < 0.02) return { kind: 'invalid' }
    if (kind < 0.03) return { kind: 'blank' }
    const cells: Partial<Record<Field, Value | 'CLEAR'>> = {}
    for (const field of columns) if (chance.happens(0.8)) cells[field] = makeValue(chance, field)
    return { kind: 'customer', phone: phoneOf(chance.between(0, customers - 1)), cells }
  })
  const lines = rows.map((row) => writeRow(chance, row, columns))
  const header = ['Phone', ...columns.map((field) => HEADERS[field])].join(',')
  return { name, rows, text: `${[header, ...lines].join('\n')}\n` }
}

function makeValue(chance: Chance, field: Field): Value | 'CLEAR' {
  if (chance.happens(0.04)) return 'CLEAR'
  switch (field) {
    case 'full_name':
      return `${chance.pick(FIRST_NAMES)} ${chance.pick(LAST_NAMES)}`
    case 'city':
      return chance.pick(CITIES)
    case 'loan_amount':
      return chance.between(1, 500) * 1000
    case 'attributes.shirt_size':
      return chance.pick(SIZES)
  }
}

function writeRow(chance: Chance, row: FileRow, columns: readonly Field[]): string {
  if (row.kind === 'blank') return ','.repeat(columns.length)
  if (row.kind === 'invalid') return ['12345', ...columns.map(() => '')].join(',')
  const cells = columns.map((field) => {
    const value = row.cells[field]
    return value === 'CLEAR' ? CLEAR_WORD : String(value ?? '')
  })
  return [writePhone(chance, row.phone), ...cells].join(',')
}

/** The ways people write one and the same number. */
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
