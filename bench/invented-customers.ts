import { once } from 'node:events'
import { createWriteStream } from 'node:fs'

/**
 * Invented customers, always the same for the same index, so that contenders, rounds and machines work on the
 * same rows. Half the work of an import is people's notation of phones and amounts. So the cells are written
 * like people's, and `values` is their meaning.
 */
interface InventedCustomer {
  /** E.164. */
  readonly phone: string
  /** As in the file, if it is not E.164. */
  readonly written?: string
  /** As stored in the customer document. */
  readonly values: InventedValues
  /** One line of the file, in the order of `HEADER`. */
  readonly cells: readonly string[]
}

export interface InventedValues {
  readonly full_name: string
  readonly email: string
  readonly address: string
  readonly city: string
  readonly state: string
  readonly postal_code: string
  readonly loan_id: string
  readonly loan_amount: number
  readonly due_amount: number
  readonly due_date: string
  readonly attributes: { readonly shirt_size: string; readonly visit_slot: string }
}

/** The kinds of a day's file, relative to a collection with customers 0 to `rows - 1`. */
export const CASES = ['first_load', 'unchanged', 'typical_day'] as const
export type Case = (typeof CASES)[number]

/** One line of a day's file. */
export interface DayRow {
  /** Line in the file; the header is line 1. */
  readonly line: number
  readonly outcome: 'created' | 'updated' | 'unchanged'
  readonly customer: InventedCustomer
  /** As in the collection before this file; only if a value differs. */
  readonly before: InventedCustomer
}

export const HEADER = [
  'Name',
  'Phone',
  'Email',
  'Address',
  'City',
  'State',
  'PIN Code',
  'Loan ID',
  'Loan Amount',
  'Due Amount',
  'Due Date',
  'Shirt Size',
  'Visit Slot',
] as const

/** Frequent names come first in each list, rare ones last. */
const FIRST =
  words(`Mohammed Rahul Priya Amit Pooja Kushal Sunita Ravi Anita Sanjay Asha Deepak Meenakshi Suresh Kavita
  Farhan Neha Vijay Lakshmi Rajesh Fatima Arjun Divya Manoj Shreya José Ganesh Rekha Imran Swati Prakash Zoë Nitin Geeta
  Harish Ayesha Kiran Iravati Dinesh Nandini Joseph Sneha Mahesh Radhika Tarun Ishaan Bhavna Yusuf Chitra Omkar Jyoti
  Wasim Urmila Parvathi Eknath Leela Vasanthi Xavier Quasim Aaradhya`)
const LAST =
  words(`Kumar Sharma Khan Patel Singh Reddy Iyer Gupta Nair Das Joshi Shaikh Rao Patil Verma Menon Yadav Ghosh
  Pillai Jadhav Mishra Fernandes Chauhan Kulkarni Banerjee D'Costa Naidu Shetty Agarwal Pawar Ansari Mukherjee Desai Bhat
  Gowda Thakur Sinha Kaur D'Souza Malhotra Hegde Sawant Tiwari Chavan Kapoor Qureshi Shinde Rathore Varghese Saxena Bose
  Gaikwad Trivedi Mathew Bhosale Zaveri Lobo Deshpande Ekka Wadia Unnikrishnan Om-Prakash Ogale Venkataraman`)
const PLACES = [
  ['Pune', 'Maharashtra', '411'],
  ['Chennai', 'Tamil Nadu', '600'],
  ['Mumbai', 'Maharashtra', '400'],
  ['Panjim', 'Goa', '403'],
  ['Bengaluru', 'Karnataka', '560'],
  ['Kolkata', 'West Bengal', '700'],
] as const
const SIZES = ['S', 'M', 'L', 'XL']
const SLOTS = ['morning', 'afternoon', 'evening']

/** A well-mixed 32-bit number for an index (the finaliser of MurmurHash3, which is in the public domain). */
function mix(seed: number): number {
  let h = seed | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

function words(text: string): string[] {
  return text.split(/\s+/)
}

/** One in sixteen gets the first name of a list, one in a hundred the last. */
function pickName(names: readonly string[], chance: number): string {
  const share = (mix(chance) + 1) / 2 ** 32
  return names[Math.floor(names.length * share ** 1.5 * 0.999_999)] as string
}

function pick<T>(list: readonly T[], number: number): T {
  return list[number % list.length] as T
}

/** Odd and no multiple of five, so that it reaches every nine-digit number once. */
const STEP = 7_654_321

/** @param version 0 as first loaded; 1 after a day with a changed value */
export function inventCustomer(index: number, version: 0 | 1 = 0): InventedCustomer {
  const chance = mix(index + 1)
  const national = `9${String((index * STEP) % 1e9).padStart(9, '0')}`
  const first = pickName(FIRST, chance)
  const last = pickName(LAST, ~chance)
  const [city, state, pin] = pick(PLACES, (chance >>> 8) + version)
  const loan = 10_000 + (chance % 49_000) * 10
  const due = version === 0 ? loan / 20 : 0
  const day = String(1 + ((chance >>> 5) % 28)).padStart(2, '0')
  const month = String(1 + (((chance >>> 10) + version) % 12)).padStart(2, '0')
  const values: InventedValues = {
    full_name: `${first} ${last}`,
    email: `${first.normalize('NFD').replace(/\W/gu, '').toLowerCase()}.${index}@example.com`,
    address: `${1 + (chance % 900)}, Lake View Road, Block ${index % 97}`,
    city,
    state,
    postal_code: `${pin}${String(chance % 1000).padStart(3, '0')}`,
    loan_id: `SL-${index}`,
    loan_amount: loan,
    due_amount: due,
    due_date: `2026-${month}-${day}`,
    attributes: { shirt_size: pick(SIZES, chance >>> 12), visit_slot: pick(SLOTS, chance >>> 14) },
  }
  const phone = `+91${national}`
  const written = writePhone(national, chance >>> 3)
  return { phone, ...(written !== phone && { written }), values, cells: writeCells(values, written) }
}

function writePhone(national: string, chance: number): string {
  switch (chance % 5) {
    case 0:
      return `+91${national}`
    case 1:
      return `0${national}`
    case 2:
      return `+91 ${national.slice(0, 5)}-${national.slice(5)}`
    case 3:
      return `91${national}`
    default:
      return national
  }
}

function writeCells(values: InventedValues, phone: string): string[] {
  const [year, month, day] = values.due_date.split('-')
  return [
    values.full_name,
    phone,
    values.email,
    `"${values.address}"`,
    values.city,
    values.state,
    values.postal_code,
    values.loan_id,
    `"${values.loan_amount.toLocaleString('en-IN')}"`,
    String(values.due_amount),
    `${day}/${month}/${year}`,
    values.attributes.shirt_size,
    values.attributes.visit_slot,
  ]
}

/** Of a hundred rows of a usual day: five new, fifteen changed, eighty unchanged, in mixed order. */
export function inventRow(day: Case, rows: number, index: number): DayRow {
  const line = index + 2
  const before = inventCustomer(index)
  if (day === 'first_load') return { line, outcome: 'created', customer: before, before }
  const chance = day === 'unchanged' ? 100 : mix(index ^ 0x5bd1e995) % 100
  if (chance < 5) return { line, outcome: 'created', customer: inventCustomer(rows + index), before }
  if (chance < 20) return { line, outcome: 'updated', customer: inventCustomer(index, 1), before }
  return { line, outcome: 'unchanged', customer: before, before }
}

/** How the dates of a file are written. `open`: no date shows whether the day or the month is first. */
export type DateWriting = 'plain' | 'open'

const DUE_DATE = HEADER.indexOf('Due Date')

/** The cells of one line of a day's file. */
export function cellsOf({ customer }: DayRow, dates: DateWriting): readonly string[] {
  if (dates === 'plain') return customer.cells
  return customer.cells.map((cell, column) =>
    column === DUE_DATE
      ? cell.replace(/^\d+/, (day) => String(1 + (Number(day) % 12)).padStart(2, '0'))
      : cell,
  )
}

/** Writes the file of a day. */
export async function writeDayFile(
  path: string,
  day: Case,
  rows: number,
  dates: DateWriting = 'plain',
): Promise<void> {
  const out = createWriteStream(path)
  out.write(`${HEADER.join(',')}\n`)
  const LINES = 1_000
  for (let at = 0; at < rows; at += LINES) {
    let text = ''
    for (let index = at; index < Math.min(rows, at + LINES); index++)
      text += `${cellsOf(inventRow(day, rows, index), dates).join(',')}\n`
    if (!out.write(text)) await once(out, 'drain')
  }
  out.end()
  await once(out, 'close')
}
