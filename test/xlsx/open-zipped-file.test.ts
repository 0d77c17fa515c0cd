import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { openZippedFile } from '../../src/xlsx/index.ts'
import { buildZip, type ZipEntry } from './support/build-zip.ts'
import { withFolder } from './support/read-workbook.ts'

const LIST = 'phone,name\n9820098200,Lata\n'
const MEBIBYTE = 1024 * 1024

async function unzip(entries: readonly ZipEntry[] | Buffer, maxBytes = MEBIBYTE) {
  return await withFolder(async (folder) => {
    const path = join(folder, 'lists.zip')
    writeFileSync(path, Buffer.isBuffer(entries) ? entries : buildZip(entries))
    const file = await openZippedFile(path, { maxBytes, fileName: 'lists.zip' })
    try {
      const chunks: Uint8Array[] = []
      for await (const chunk of file.read()) chunks.push(chunk)
      const { name, kind, bytes } = file
      return { name, kind, bytes, content: Buffer.concat(chunks).toString() }
    } finally {
      await file.close()
    }
  })
}

async function refusal(entries: readonly ZipEntry[] | Buffer, maxBytes?: number): Promise<AppError> {
  const error = await unzip(entries, maxBytes).catch((thrown: unknown) => thrown)
  if (error instanceof AppError) return error
  throw new Error('The archive was read, but a refusal was expected.')
}

const entry = (name: string, content = LIST): ZipEntry => ({ name, content })

describe('a zip archive with one list', () => {
  it.each([
    ['list.csv', 'list.csv', 'csv'],
    ['Lists/May/LIST.CSV', 'LIST.CSV', 'csv'],
    ['list.xlsx', 'list.xlsx', 'workbook'],
    ['list.xlsm', 'list.xlsm', 'workbook'],
    ['सूची.csv', 'सूची.csv', 'csv'],
  ])('gives %s', async (path, name, kind) => {
    expect(await unzip([entry(path)])).toEqual({ name, kind, bytes: Buffer.byteLength(LIST), content: LIST })
  })

  it('may have beside it what macOS and Windows put there', async () => {
    const clutter = [
      '__MACOSX/Lists/._list.csv',
      'Lists/.DS_Store',
      '.DS_Store',
      'Lists/._list.csv',
      'Thumbs.db',
      'Lists/desktop.ini',
    ]
    const folder = { name: 'Lists/', content: '' }
    const { content } = await unzip([
      folder,
      ...clutter.map((name) => entry(name, 'x')),
      entry('Lists/list.csv'),
    ])
    expect(content).toBe(LIST)
  })
})

describe('any other zip archive', () => {
  it.each([
    ['two lists', [entry('a.csv'), entry('b.csv')], ['a.csv', 'b.csv']],
    ['a list and a picture', [entry('a.csv'), entry('logo.png')], ['a.csv', 'logo.png']],
    ['an archive', [entry('inner.zip')], ['inner.zip']],
    ['an old workbook', [entry('a.xls')], ['a.xls']],
    ['a file without an extension', [entry('csv')], ['csv']],
    ['nothing', [], []],
    ['nothing but clutter', [entry('__MACOSX/._a.csv')], []],
    ['a name that hides something', [entry('a\u202etxt.exe')], ['atxt.exe']],
  ])('with %s is refused with the names found', async (_, entries, names) => {
    const error = await refusal(entries)
    expect(error.code).toBe('zip_contents')
    expect(error.details).toEqual({ file: 'lists.zip', names })
  })

  it('with many files is refused with some of their names', async () => {
    const error = await refusal(Array.from({ length: 40 }, (_, at) => entry(`${at}.csv`)))
    expect(error.details.names).toEqual([
      ...Array.from({ length: 10 }, (_, at) => `${at}.csv`),
      'and 30 more',
    ])
  })

  it('whose list is an archive itself is refused', async () => {
    const inner = buildZip([entry('deep.csv')])
    expect((await refusal([{ name: 'list.csv', content: inner }])).code).toBe('zip_contents')
  })

  it.each([
    ['a password', [{ ...entry('list.csv'), isEncrypted: true }], 'file_encrypted'],
    ['a wrong checksum', [{ ...entry('list.csv'), stated: { crc: 1 } }], 'workbook_damaged'],
    ['a cut', buildZip([entry('list.csv')]).subarray(0, 60), 'workbook_damaged'],
    ['more than the limit', [entry('list.csv', 'x'.repeat(2 * MEBIBYTE))], 'file_too_large'],
    [
      'more than it says',
      [{ ...entry('list.csv', 'x'.repeat(2 * MEBIBYTE)), stated: { size: 5 } }],
      'workbook_damaged',
    ],
  ])('with %s is refused', async (_, entries, code) => {
    const error = await refusal(entries)
    expect(error.code).toBe(code)
    expect(error.details.file).toBe('lists.zip')
    if (code === 'workbook_damaged') expect(error.next).toContain('zip')
  })
})
