import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import { type Case, cellsOf, type DateWriting, HEADER, inventRow } from './invented-customers.ts'

const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships'
const LETTERS = 'ABCDEFGHIJKLM'

/** Texts that are looked up again: towns and other words that repeat. */
const MAX_PLACES = 20_000

/**
 * Writes a day's file as a workbook with the cells of its CSV, with shared strings as Excel writes them. Memory stays
 * flat: the cells are invented twice.
 */
export async function writeDayWorkbook(
  path: string,
  day: Case,
  rows: number,
  dates: DateWriting = 'plain',
): Promise<void> {
  const zip = new ZipFile()
  const saved = pipeline(zip.outputStream, createWriteStream(path))
  const add = (name: string, text: string) => zip.addBuffer(Buffer.from(text), name)
  add('_rels/.rels', relations([['officeDocument', 'xl/workbook.xml']]))
  add(
    'xl/workbook.xml',
    `<workbook ${MAIN} xmlns:r="${OFFICE}"><sheets><sheet name="Day" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  )
  add(
    'xl/_rels/workbook.xml.rels',
    relations([
      ['worksheet', 'worksheets/sheet1.xml'],
      ['sharedStrings', 'sharedStrings.xml'],
    ]),
  )
  zip.addReadStream(Readable.from(sheetXml(day, rows, dates)), 'xl/worksheets/sheet1.xml')
  zip.addReadStream(Readable.from(textsXml(day, rows, dates)), 'xl/sharedStrings.xml')
  zip.end()
  await saved
}

function* sheetXml(day: Case, rows: number, dates: DateWriting): Generator<string> {
  yield `<worksheet ${MAIN}><sheetData>`
  const table = createTable()
  let number = 0
  for (const cells of rowsOf(day, rows, dates)) {
    number += 1
    const xml = cells.map(
      (text, column) => `<c r="${LETTERS.charAt(column)}${number}" t="s"><v>${table.place(text)[0]}</v></c>`,
    )
    yield `<row r="${number}">${xml.join('')}</row>`
  }
  yield '</sheetData></worksheet>'
}

function* textsXml(day: Case, rows: number, dates: DateWriting): Generator<string> {
  yield `<sst ${MAIN}>`
  const table = createTable()
  for (const cells of rowsOf(day, rows, dates)) {
    const added = cells.filter((text) => table.place(text)[1])
    yield added.map((text) => `<si><t>${escapeXml(text)}</t></si>`).join('')
  }
  yield '</sst>'
}

function* rowsOf(day: Case, rows: number, dates: DateWriting): Generator<readonly string[]> {
  for (let index = -1; index < rows; index++) {
    const cells = index < 0 ? HEADER : cellsOf(inventRow(day, rows, index), dates)
    // Cells are written for a CSV, those with commas in quotation marks.
    yield cells.map((cell) => cell.replace(/^"(.*)"$/, '$1'))
  }
}

/** The place of each text in the table, and whether it is new there. Given the same texts it says the same. */
function createTable() {
  const places = new Map<string, number>()
  let count = 0
  return {
    place(text: string): readonly [place: number, isNew: boolean] {
      const known = places.get(text)
      if (known !== undefined) return [known, false]
      if (places.size < MAX_PLACES) places.set(text, count)
      count += 1
      return [count - 1, true]
    },
  }
}

function relations(list: readonly (readonly [type: string, target: string])[]): string {
  const all = list.map(
    ([type, target], at) => `<Relationship Id="rId${at + 1}" Type="${OFFICE}/${type}" Target="${target}"/>`,
  )
  return `<Relationships xmlns="${PACKAGE}">${all.join('')}</Relationships>`
}

const escapeXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
