import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { readRefusal, readWhole } from '../read-csv.ts'

const rows = (count: number): string => 'Ram,+917417119014\n'.repeat(count)
/** ASCII rows far beyond the part read when the file is opened. */
const LONG = `name,phone\n${rows(30_000)}`

describe('the encoding of a file', () => {
  it('is put right when the first letter outside ASCII comes late', async () => {
    const bytes = Buffer.concat([
      Buffer.from(LONG),
      Buffer.from('René “R”,1\nZoë,2\n', 'latin1').map(toWesternQuotes),
    ])
    const { file, rows: read } = await readWhole(bytes)
    expect(read.slice(-2).map((row) => row.cells[0])).toEqual(['René “R”', 'Zoë'])
    expect(file.dialect.encoding).toBe('windows-1252')
    expect(file.notes).toEqual([expect.stringMatching(/\bline 30002\b.*\bwindows-1252\b/)])
  })

  it('stays UTF-8 where single bytes are wrong, which are read as letters and told of', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`name,phone\nनाम,1\n${rows(10_000)}`),
      Buffer.from('José,2\n', 'latin1'),
      Buffer.from('Zoë,3\n'),
    ])
    const { file, rows: read } = await readWhole(bytes)
    expect(read.slice(-2).map((row) => row.cells[0])).toEqual(['José', 'Zoë'])
    expect(file.dialect.encoding).toBe('utf-8')
    expect(file.notes).toEqual([expect.stringMatching(/^Line 10003 holds bytes that are not UTF-8/)])
  })

  it.each([
    ['windows-1251', 'Сергей', 'Юлия Жукова', 'RU'],
    ['koi8-r', 'Сергей', 'Юлия Жукова', 'RU'],
    ['cp850', 'Jörg Schäfer', 'Käthe Weiß', 'DE'],
    ['windows-1250', 'Łukasz Żółty', 'Świętosław', 'PL'],
    ['gb18030', '欧阳修', '司马光北京', 'CN'],
    ['shift_jis', '山田太郎', '佐藤花子', 'JP'],
    ['windows-1252', 'René Blanc', 'Zoë Côté', 'FR'],
  ])('may be joined with UTF-8, by lines: %s', async (encoding, old, fresh, region) => {
    const line = (name: string) => `${name},9812345678\n`
    const many = (name: string) => line(name).repeat(4000)
    const bytes = Buffer.concat([
      Buffer.from('name,phone\n'),
      iconv.encode(many(old), encoding),
      Buffer.from(line(fresh)),
      iconv.encode(many(old), encoding),
    ])
    const { file, rows: read } = await readWhole(bytes, { region })
    const names = read.map((row) => row.cells[0])
    expect(new Set(names)).toEqual(new Set([old, fresh]))
    expect(names.indexOf(fresh)).toBe(4000)
    expect(file.notes[1]).toBe('Line 4002 is UTF-8. It and other such lines were read as UTF-8.')
  })

  it('is not changed by a word that could be UTF-8 by chance', async () => {
    const bytes = iconv.encode('name,phone\nСергей,9812345678\nЕё,9812345679\n', 'windows-1251')
    const { file, rows: read } = await readWhole(bytes, { region: 'RU' })
    expect(read.map((row) => row.cells[0])).toEqual(['Сергей', 'Её'])
    expect(file.notes).toHaveLength(1)
  })

  it('is said to differ where a person names UTF-8', async () => {
    const { file, rows: read } = await readWhole(Buffer.from('name,phone\nRen\xe9,1\n', 'latin1'), {
      encoding: 'utf-8',
    })
    expect(read[0]?.cells[0]).toBe('Ren\uFFFD')
    expect(file.notes).toEqual(['Line 2 holds bytes that are not UTF-8 (shown as \uFFFD).'])
  })

  it('keeps a letter whole that lies across two pieces, at every offset', async () => {
    for (let shift = 0; shift < 4; shift += 1) {
      const text = `name,phone\n${'x'.repeat(shift)},1\n${'😀न,1\n'.repeat(20_000)}`
      const { rows: read, file } = await readWhole(text)
      expect(new Set(read.slice(1).map((row) => row.cells[0]))).toEqual(new Set(['😀न']))
      expect(file.notes).toEqual([])
    }
  })

  it.each(['utf-16le', 'utf-16be'])(
    'keeps letters of two units whole across pieces: %s',
    async (encoding) => {
      const text = `name,phone\nx,1\n${'😀न,1\n'.repeat(30_000)}`
      const { rows: read, file } = await readWhole(iconv.encode(text, encoding, { addBOM: true }))
      expect(read).toHaveLength(30_001)
      expect(new Set(read.slice(1).map((row) => row.cells[0]))).toEqual(new Set(['😀न']))
      expect(file.notes).toEqual([])
    },
  )

  it.each([
    ['windows-1251', 'Иван'],
    ['gbk', '张伟'],
    ['shift_jis', '山田'],
    ['macroman', 'Zoë'],
  ])('is the one the team named where the bytes are not Unicode: %s', async (fallbackEncoding, name) => {
    const near = iconv.encode(`name,phone\n${name},1\n`, fallbackEncoding)
    const late = iconv.encode(`${LONG}${name},1\n`, fallbackEncoding)
    for (const bytes of [near, late]) {
      const { file, rows: read } = await readWhole(bytes, { fallbackEncoding })
      expect(read.at(-1)?.cells).toEqual([name, '1'])
      expect(file.dialect.encoding).toBe(fallbackEncoding)
    }
  })

  it('is the one stated, whatever the bytes look like', async () => {
    const { rows: read } = await readWhole(iconv.encode('name,phone\nИван,1\n', 'koi8-r'), {
      encoding: 'koi8-r',
    })
    expect(read[0]?.cells).toEqual(['Иван', '1'])
  })

  it('is told by the mark where utf-16 is stated without its byte order', async () => {
    const bytes = iconv.encode('name,phone\nИван,1\n', 'utf-16be', { addBOM: true })
    expect((await readWhole(bytes, { encoding: 'utf-16' })).rows[0]?.cells).toEqual(['Иван', '1'])
  })

  it.each(['klingon', 'hex', 'base64'])('is refused when it is none: %s', async (encoding) => {
    const refusal = await readRefusal('name,phone\nRam,1\n', { encoding })
    expect(refusal.code).toBe('unknown_encoding')
    expect(refusal.message).toContain(encoding)
    expect((await readRefusal('name,phone\nRam,1\n', { fallbackEncoding: encoding })).code).toBe(
      'unknown_encoding',
    )
  })

  it('does not count NULs strewn into a file as UTF-16', async () => {
    const { rows: read, file } = await readWhole('name,phone\nR\0am,\0\x001\nSi\0\0ta,2\n')
    expect(read.map((row) => row.cells)).toEqual([
      ['Ram', '1'],
      ['Sita', '2'],
    ])
    expect(file.dialect.encoding).toBe('utf-8')
  })

  it('says when a UTF-16 file ends within a character', async () => {
    const bytes = Buffer.from('\uFEFFname,phone\nRam,1\n', 'utf16le')
    const { file } = await readWhole(Buffer.concat([bytes, Buffer.from([0x41])]))
    expect(file.notes).toEqual(['The file ends in the middle of a character.'])
  })

  it('marks half a pair of UTF-16 as lost and says where', async () => {
    const bytes = Buffer.from('\uFEFFname,phone\nR\uD83Dam,1\n', 'utf16le')
    const { file, rows: read } = await readWhole(bytes)
    expect(read[0]?.cells[0]).toBe('R\uFFFDam')
    expect(file.notes).toEqual([expect.stringMatching(/^Line 2 holds a letter that was lost/)])
  })
})

/**
 * Latin-1 has no curly quotes; windows-1252 has them at 0x93 and 0x94, which `latin1` wrote as 0x1C and 0x1D.
 */
function toWesternQuotes(byte: number): number {
  return byte === 0x1c ? 0x93 : byte === 0x1d ? 0x94 : byte
}
