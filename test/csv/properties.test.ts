import fc from 'fast-check'
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { EncodingProbe } from '../../src/csv/bytes/index.ts'
import { hasUtf8Letters } from '../../src/csv/bytes/utf8.ts'
import type { CsvOptions } from '../../src/csv/csv-file.ts'
import { writeCsvRow } from '../../src/csv/write/write-csv.ts'
import { AppError } from '../../src/errors.ts'
import { namesPhone } from '../../src/phone-words.ts'
import { readWhole, toSource } from './read-csv.ts'

/** Text of characters that matter in CSV, so that unusual combinations are frequent. */
const csvLike = fc
  .array(
    fc.constantFrom(
      '"',
      '""',
      ',',
      ';',
      '\t',
      '|',
      '\n',
      '\r',
      '\r\n',
      ' ',
      'a',
      '7',
      'é',
      'न',
      '😀',
      '\0',
      'x,y,z',
    ),
    {
      maxLength: 80,
    },
  )
  .map((parts) => parts.join(''))

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 400 }),
  csvLike.map((text) => new Uint8Array(Buffer.from(text))),
  csvLike.map((text) => new Uint8Array(Buffer.from(`name,phone,city\n${text}`))),
  csvLike.map((text) => new Uint8Array(Buffer.from(`name;phone\n${text}`, 'utf16le'))),
  csvLike.map((text) => new Uint8Array(Buffer.from(`name,phone\nRené,1\n${text}`, 'latin1'))),
)
const cuts = fc.array(fc.nat({ max: 1000 }), { maxLength: 12 })

/** The content of a file, or its error code. */
async function readOutcome(
  content: Uint8Array,
  options: Partial<CsvOptions> = {},
  at: readonly number[] = [],
) {
  try {
    const { file, rows } = await readWhole(content, options, at)
    const { dialect, header, headerLine, notes, looksHeaderless } = file
    return { dialect, header, headerLine, notes, looksHeaderless, rows }
  } catch (error) {
    if (error instanceof AppError && error.code !== 'unexpected') return error.code
    throw error
  }
}

describe('any bytes', () => {
  it('end with rows or with a coded refusal', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, async (content) => {
        await readOutcome(content)
      }),
      { numRuns: 600 },
    )
  })

  it('are read the same however they are cut', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, cuts, async (content, at) => {
        expect(await readOutcome(content, {}, at)).toEqual(await readOutcome(content))
      }),
      { numRuns: 400 },
    )
  })

  it('are judged the same however they are cut', async () => {
    const letters = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((content) => Buffer.from(content))
    await fc.assert(
      fc.asyncProperty(letters, cuts, async (content, at) => {
        const whole = new EncodingProbe()
        whole.add(content)
        const inParts = new EncodingProbe()
        for await (const chunk of toSource(content, at)) inParts.add(chunk)
        expect(await inParts.rate({ region: 'IN' })).toEqual(await whole.rate({ region: 'IN' }))
      }),
      { numRuns: 60 },
    )
  })

  it('are read the same whatever the size of a batch', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 1, max: 5 }), async (content, batchSize) => {
        expect(await readOutcome(content, { batchSize })).toEqual(await readOutcome(content))
      }),
      { numRuns: 200 },
    )
  })

  it('give rows whose lines grow and stay within the file', async () => {
    await fc.assert(
      fc.asyncProperty(csvLike, async (text) => {
        const outcome = await readOutcome(Buffer.from(`name,phone\n${text}`))
        if (typeof outcome === 'string') return
        const lines = outcome.rows.map((row) => row.line)
        expect(lines).toEqual([...new Set(lines)].sort((a, b) => a - b))
        expect(Math.min(...lines)).toBeGreaterThan(outcome.headerLine)
        expect(Math.max(...lines)).toBeLessThanOrEqual(`name,phone\n${text}`.split(/\r\n|\r|\n/).length)
      }),
      { numRuns: 300 },
    )
  })

  it('lose no text of a line without quotation marks', async () => {
    // Headings that no generated line can equal, and no line with a word for phones: both would be a second header.
    const header = 'Name,Phone-Number,First-Column,Second-Column'
    const line = fc.stringMatching(/^[a-z0-9 ,]{0,20}$/).filter((text) => !text.split(',').some(namesPhone))
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 20 }), async (lines) => {
        const outcome = await readOutcome(Buffer.from(`${header}\n${lines.join('\n')}`), { delimiter: ',' })
        if (typeof outcome === 'string') return
        for (const row of outcome.rows) {
          const written = lines[row.line - 2] ?? ''
          expect(row.cells.join(',').trim()).toBe(written.trim())
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('what is written', () => {
  const cell = fc.oneof(
    fc.constantFrom(
      '',
      ' ',
      '+917417119014',
      '"',
      '""',
      '",',
      ',',
      ';',
      '\t',
      '|',
      '\r',
      '\n',
      '\r\n',
      'a\r\n"b",c',
      "'x",
      ' "y" ',
    ),
    fc.string({ maxLength: 12, unit: 'grapheme' }),
  )
  const safe = cell.map((text) => text.replace(/[\p{Cs}\p{Cc}\uFEFF\uFFFD]/gu, keepLineEnds))
  const table = fc
    .integer({ min: 1, max: 6 })
    .chain((width) =>
      fc.array(fc.array(safe, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
    )
    .map((rows) => [...rows, (rows[0] ?? []).map(() => 'last row')])

  const dialects = [',', ';', '\t', '|'].flatMap((delimiter) =>
    ['utf-8', 'utf-8 with BOM', 'utf-16le', 'utf-16be', 'windows-1252'].map((encoding) => ({
      delimiter,
      encoding,
    })),
  )

  it.each(dialects)('is read back as it was: $delimiter in $encoding', async ({ delimiter, encoding }) => {
    await fc.assert(
      fc.asyncProperty(table, cuts, async (rows, at) => {
        const encodable = rows.map((cells) =>
          cells.map((text) => (encoding === 'windows-1252' ? toWestern(text) : text)),
        )
        fc.pre(!isReadOtherwise(encodable))
        const header = (encodable[0] ?? []).map((_, index) => `column ${index} é`)
        const text = [header, ...encodable].map((cells) => writeCsvRow(cells, delimiter)).join('')
        const name = encoding === 'utf-8 with BOM' ? 'utf-8' : encoding
        const content = iconv.encode(text, name, {
          addBOM: encoding !== 'utf-8' && encoding !== 'windows-1252',
        })
        // Two Western letters can equal the bytes of one UTF-8 letter; the two are indistinguishable.
        fc.pre(encoding !== 'windows-1252' || !hasUtf8Letters(content))
        const stated = header.length === 1 ? { delimiter } : {}
        // Random letters prove no encoding.
        const shown = encoding === 'windows-1252' ? { fallbackEncoding: encoding } : {}
        const read = await readWhole(content, { ...stated, ...shown }, at)
        expect(read.file.header).toEqual(header)
        expect(read.rows.map((row) => row.cells)).toEqual(encodable)
        expect(read.rows.every((row) => row.problem === undefined)).toBe(true)
        expect(read.rows.map((row) => row.line)).toEqual(countLines([header, ...encodable]).slice(1))
        expect(read.file.dialect.encoding).toBe(name)
      }),
      { numRuns: 40 },
    )
  })
})

/** Line ends and tabs stay; other control characters are tested above. */
const keepLineEnds = (letter: string): string => (/[\r\n\t]/.test(letter) ? letter : '')

/**
 * A cell that names a phone can make its row a second header, and rulers below the last row are no rows:
 * test/csv/detect has tests of both.
 */
function isReadOtherwise(rows: readonly (readonly string[])[]): boolean {
  const isRuler = (text: string) => /^[\s"|+,;:=_*~`-]*$/.test(text) && /[-=_*~`]{3}/.test(text)
  return rows.flat().some(namesPhone) || rows.some((cells) => isRuler(cells.join('')))
}

/** Letters of windows-1252, without others. */
function toWestern(text: string): string {
  return [...text]
    .filter((letter) => iconv.decode(iconv.encode(letter, 'windows-1252'), 'windows-1252') === letter)
    .join('')
}

/** The line of each row, counted from the written rows and not by the reader. */
function countLines(rows: readonly (readonly string[])[]): number[] {
  let line = 1
  return rows.map((cells) => {
    const first = line
    line += 1 + cells.join('\0').split(/\r\n|\r|\n/).length - 1
    return first
  })
}
