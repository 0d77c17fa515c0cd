import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { identifyFile, openWorkbook } from '../../src/xlsx/index.ts'
import { buildWorkbook, inline, number, row, shared, withRows } from './support/build-workbook.ts'
import { buildZip, type ZipEntry } from './support/build-zip.ts'
import { OPTIONS, readRefusal, readWorkbook, withFolder } from './support/read-workbook.ts'

/** A compound file (MS-CFB) with streams of these names, and its directory in the given sector. */
function compoundFile(names: readonly string[], directorySector = 1): Buffer {
  const file = Buffer.alloc(512 * (directorySector + 4), 0xff)
  file.fill(0, 0, 512)
  file.write('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 0, 'latin1')
  file.writeUInt16LE(9, 30)
  file.writeUInt32LE(1, 44)
  file.writeUInt32LE(directorySector, 48)
  file.writeUInt32LE(0, 76)
  // The sector table: the directory continues in the next sector.
  file.writeUInt32LE(directorySector + 1, 512 + 4 * directorySector)
  file.writeUInt32LE(0xfffffffe, 512 + 4 * (directorySector + 1))
  file.fill(0, 512 * (directorySector + 1), 512 * (directorySector + 3))
  for (const [at, name] of ['Root Entry', 'a', 'b', 'c', ...names].entries()) {
    const from = 512 * (directorySector + 1) + 128 * at
    file.write(name, from, 'utf16le')
    file.writeUInt16LE(2 * name.length + 2, from + 64)
  }
  return file
}

const zipOf = (...names: string[]) => buildZip(names.map((name) => ({ name, content: 'x' })))
const OTHER_FILES: readonly (readonly [kind: string, code: string, bytes: Buffer])[] = [
  ['encrypted', 'file_encrypted', compoundFile(['EncryptionInfo', 'EncryptedPackage'])],
  ['encrypted', 'file_encrypted', compoundFile(['EncryptedPackage'], 90)],
  ['xls', 'workbook_xls', compoundFile(['Workbook'])],
  ['xls', 'workbook_xls', compoundFile(['Book'])],
  ['xls', 'workbook_xls', Buffer.from('\x09\x08\x10\0\0\x06\x05\0', 'latin1')],
  ['xls', 'workbook_xls', Buffer.from('\x09\0\x04\0\x07\0\x10\0', 'latin1')],
  ['word', 'not_csv', compoundFile(['WordDocument'])],
  ['presentation', 'not_csv', compoundFile(['PowerPoint Document'])],
  ['other', 'workbook_damaged', compoundFile(['Something'])],
  ['other', 'workbook_damaged', Buffer.from('phone,name\n9820098200,Lata\n')],
  ['other', 'workbook_damaged', Buffer.alloc(0)],
  ['xlsb', 'workbook_xlsb', zipOf('[Content_Types].xml', 'xl/workbook.bin')],
  ['numbers', 'workbook_numbers', zipOf('Index/Document.iwa', 'Metadata/Properties.plist')],
  ['word', 'not_csv', zipOf('[Content_Types].xml', 'word/document.xml')],
  ['presentation', 'not_csv', zipOf('[Content_Types].xml', 'ppt/presentation.xml')],
  ['zip', 'not_csv', zipOf('list.csv')],
  [
    'ods',
    'workbook_ods',
    buildZip([
      { name: 'mimetype', content: 'application/vnd.oasis.opendocument.spreadsheet', method: 0 },
      { name: 'content.xml', content: '<x/>' },
    ]),
  ],
  [
    'word',
    'not_csv',
    buildZip([
      { name: 'mimetype', content: 'application/vnd.oasis.opendocument.text', method: 0 },
      { name: 'content.xml', content: '<x/>' },
    ]),
  ],
]

describe('a file that is no workbook', () => {
  it.each(OTHER_FILES)('is told to be %s and refused as %s', async (kind, code, bytes) => {
    await withFolder(async (folder) => {
      const path = join(folder, 'file')
      writeFileSync(path, bytes)
      expect(await identifyFile(path)).toBe(kind)
    })
    const error = await readRefusal(bytes)
    expect(error.code).toBe(code)
    expect(error.details.file).toBe('list.xlsx')
  })

  it('is a workbook whatever its name is', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'list.csv')
      writeFileSync(path, buildZip(withRows(row(1, inline('A1', 'x')))))
      expect(await identifyFile(path)).toBe('workbook')
    })
  })
})

const BOOK = buildWorkbook({
  sheets: [{ rows: row(1, shared('A1', 0), number('B1', '7', 1)) + row(2, shared('A2', 1)) }],
  texts: ['<t>phone</t>', '<t>लता &amp; co</t>'],
  formats: ['0000'],
})
const change = (name: string, to: Partial<ZipEntry>): ZipEntry[] =>
  BOOK.map((part) => (part.name === name ? { ...part, ...to } : part))
const SHEET = 'xl/worksheets/sheet1.xml'

describe('a damaged workbook', () => {
  it.each([
    ['a checksum that is wrong', change(SHEET, { stated: { crc: 7 } })],
    ['a size that is too small', change(SHEET, { stated: { size: 10 } })],
    ['a size that is too large', change(SHEET, { stated: { size: 100_000 } })],
    ['packed bytes that end early', change(SHEET, { stated: { packedSize: 20 } })],
    ['a way of packing nobody knows', change(SHEET, { method: 12 })],
    ['a name that is there twice', [...BOOK, { name: 'XL/workbook.xml', content: 'x' }]],
    ['a name that climbs out', [...BOOK, { name: 'xl/../../evil.txt', content: 'x' }]],
    ['parts that overlap', [...BOOK, { name: 'xl/worksheets/sheet2.xml', content: 'x', sharesBytes: true }]],
    ['a sheet that is cut off', change(SHEET, { content: '<worksheet><sheetData><row r="1">' })],
    ['a workbook part of another kind', change('xl/workbook.xml', { content: '<html/>' })],
  ])('is refused for %s', async (_, parts) => {
    expect((await readRefusal(parts)).code).toBe('workbook_damaged')
    expect((await readRefusal(parts, { descriptors: true })).code).toBe('workbook_damaged')
  })

  it('is refused where a part is encrypted', async () => {
    expect((await readRefusal(change(SHEET, { isEncrypted: true }))).code).toBe('file_encrypted')
  })

  it('is refused wherever the file is cut off', async () => {
    const whole = buildZip(BOOK)
    for (let length = 4; length < whole.length; length += 37)
      expect((await readRefusal(whole.subarray(0, length))).code).toBe('workbook_damaged')
  })

  it('is refused or read the same whatever byte of it is changed', async () => {
    const whole = buildZip(BOOK)
    const { cells } = await readWorkbook(whole)
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: whole.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, flip) => {
          const bytes = Buffer.from(whole)
          bytes[at] = (bytes[at] ?? 0) ^ flip
          const result = await readWorkbook(bytes).catch((error: unknown) => error)
          if (result instanceof AppError) expect(result.code).not.toBe('unexpected')
          else if (result instanceof Error)
            expect(result.message).toBe('The workbook has no visible worksheet.')
          else expect(result).toMatchObject({ cells: expect.arrayContaining([]) })
          // Part names have no checksum: a missing part may leave numbers without their format.
          if (!(result instanceof Error)) expect(JSON.stringify(result)).toContain('phone')
        },
      ),
      { numRuns: 400 },
    )
    expect(cells).toEqual([['phone', '0007'], ['लता & co']])
  })
})

describe('an open workbook', () => {
  const two = buildWorkbook({
    sheets: [
      { name: 'People', rows: row(1, inline('A1', 'a')) },
      { name: 'Chart', type: 'chartsheet', xml: '<chartsheet/>' },
      { name: '2', rows: row(1, inline('A1', 'b')) },
      { name: 'Old', state: 'hidden', rows: row(1, inline('A1', 'c')) },
    ],
  })
  const withWorkbook = <T>(use: (workbook: Awaited<ReturnType<typeof openWorkbook>>) => Promise<T>) =>
    withFolder(async (folder) => {
      const path = join(folder, 'two.xlsx')
      writeFileSync(path, buildZip(two))
      const workbook = await openWorkbook(path, { ...OPTIONS, folder })
      try {
        return await use(workbook)
      } finally {
        await workbook.close()
      }
    })

  const sheetNamed = (workbook: Awaited<ReturnType<typeof openWorkbook>>, wanted: string) => {
    const sheet = workbook.sheets.find(({ name }) => name === wanted)
    if (!sheet) throw new Error(`no sheet ${wanted}`)
    return sheet
  }

  it('names the worksheets where the sheet to read is a chart', async () => {
    await withWorkbook(async (workbook) => {
      const error = await Promise.resolve()
        .then(() => workbook.read(sheetNamed(workbook, 'Chart')))
        .catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({
        code: 'no_sheet',
        details: { wanted: 'Chart', sheets: ['People', '2', 'Old'] },
      })
    })
  })

  it('reads each sheet as often as it is asked to, and may be left early', async () => {
    await withWorkbook(async (workbook) => {
      const first = async (wanted: string) => {
        for await (const [one] of workbook.read(sheetNamed(workbook, wanted)).batches()) return one?.cells
        return undefined
      }
      expect(await first('People')).toEqual(['a'])
      expect(await first('2')).toEqual(['b'])
      expect(await first('Old')).toEqual(['c'])
      expect(await first('People')).toEqual(['a'])
    })
  })

  it('tells how far it has read', async () => {
    const rows = Array.from({ length: 5000 }, (_, at) =>
      row(
        at + 1,
        number(`A${at + 1}`, createHash('md5').update(String(at)).digest().readBigUInt64LE().toString()),
      ),
    )
    await withFolder(async (folder) => {
      const path = join(folder, 'long.xlsx')
      writeFileSync(path, buildZip(withRows(rows.join(''))))
      const workbook = await openWorkbook(path, { ...OPTIONS, folder })
      const [sheet] = workbook.sheets
      const seen: number[] = []
      if (sheet)
        for await (const _ of workbook.read(sheet, { onPackedBytes: (n) => seen.push(n) }).batches());
      expect(seen).toEqual([...seen].sort((a, b) => a - b))
      expect(seen.at(-1)).toBe(sheet?.packedBytes)
      await workbook.close()
    })
  })

  it('stops where it is told to', async () => {
    const stop = new AbortController()
    await withFolder(async (folder) => {
      const path = join(folder, 'two.xlsx')
      writeFileSync(path, buildZip(two))
      const workbook = await openWorkbook(path, { ...OPTIONS, folder, signal: stop.signal })
      stop.abort(new Error('enough'))
      await expect(workbook.read(sheetNamed(workbook, 'People')).batches().next()).rejects.toThrow('enough')
      await workbook.close()
    })
  })
})
