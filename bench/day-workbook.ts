import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import { type Case, HEADER, inventRow } from './invented-customers.ts'

const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships'
const LETTERS = 'ABCDEFGHIJKLM'

/**
 * Writes a day's file as a workbook with the cells of its CSV, with shared strings as Excel writes them. The
 * string table is kept in memory.
 */
export async function writeDayWorkbook(path: string, day: Case, rows: number): Promise<void> {
  const places = new Map<string, number>()
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
  const pieces: string[] = []
  for (let index = -1; index < rows; index++)
    pieces.push(rowXml(index + 2, index < 0 ? HEADER : inventRow(day, rows, index).customer.cells, places))
  zip.addReadStream(
    Readable.from([`<worksheet ${MAIN}><sheetData>`, ...pieces, '</sheetData></worksheet>']),
    'xl/worksheets/sheet1.xml',
  )
  const texts = Array.from(places.keys(), (text) => `<si><t>${escapeXml(text)}</t></si>`)
  zip.addReadStream(Readable.from([`<sst ${MAIN}>`, ...texts, '</sst>']), 'xl/sharedStrings.xml')
  zip.end()
  await saved
}

function rowXml(number: number, cells: readonly string[], places: Map<string, number>): string {
  const xml = cells.map((cell, column) => {
    // The cells are in CSV form: those with commas are quoted.
    const text = cell.replace(/^"(.*)"$/, '$1')
    const place = places.get(text) ?? places.size
    places.set(text, place)
    return `<c r="${LETTERS.charAt(column)}${number}" t="s"><v>${place}</v></c>`
  })
  return `<row r="${number}">${xml.join('')}</row>`
}

function relations(list: readonly (readonly [type: string, target: string])[]): string {
  const all = list.map(
    ([type, target], at) => `<Relationship Id="rId${at + 1}" Type="${OFFICE}/${type}" Target="${target}"/>`,
  )
  return `<Relationships xmlns="${PACKAGE}">${all.join('')}</Relationships>`
}

const escapeXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
