import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FramedRecord, RecordFramer } from '../../../src/csv/records/frame-records.ts'
import { RowBuilder } from '../../../src/csv/records/read-rows.ts'
import { splitCells } from '../../../src/csv/records/split-cells.ts'
import { writeCsvRow } from '../../../src/csv/write/write-csv.ts'

/** More columns than any record has cells. */
const WIDE = Array.from({ length: 100 }, (_, at) => `column ${at}`)
const NUM_RUNS = Number(process.env.FRAME_RUNS ?? 5000)

interface Framing {
  readonly limit?: number
  readonly cellLimit?: number
  readonly columns?: number
  readonly cuts?: readonly number[]
}

/** All records of a text, pushed in pieces cut at the given positions and requested after each. */
function frame(text: string, { limit, cellLimit, columns = 0, cuts = [] }: Framing = {}): FramedRecord[] {
  const framer = new RecordFramer(',', {
    ...(limit !== undefined && { recordLimit: limit }),
    ...(cellLimit !== undefined && { cellLimit }),
  })
  framer.width = { columns, named: columns }
  const records: FramedRecord[] = []
  const take = () => {
    for (let record = framer.next(); record; record = framer.next()) records.push(record)
  }
  let from = 0
  for (const cut of [...cuts.map((place) => place % (text.length + 1)).sort((a, b) => a - b), text.length]) {
    framer.push(text.slice(from, cut))
    take()
    from = cut
  }
  framer.end()
  take()
  return records
}

const brief = (records: readonly FramedRecord[]) => records.map(({ form, line, text }) => [form, line, text])

describe('records of a text', () => {
  it.each([
    [
      'a,b\nc,d\n',
      [
        ['plain', 1, 'a,b'],
        ['plain', 2, 'c,d'],
      ],
    ],
    [
      'a\r\n\rb\n\n',
      [
        ['plain', 1, 'a'],
        ['plain', 2, ''],
        ['plain', 3, 'b'],
        ['plain', 4, ''],
      ],
    ],
    [
      '"a\nb",c\nd',
      [
        ['quoted', 1, '"a\nb",c'],
        ['plain', 3, 'd'],
      ],
    ],
    [
      '"a","b"\r\n"c"',
      [
        ['quoted', 1, '"a","b"'],
        ['quoted', 2, '"c"'],
      ],
    ],
    ['x "y" z,1\n', [['quoted', 1, 'x "y" z,1']]],
    ['"x" y,1\n', [['loose', 1, '"x" y,1']]],
    ['a, "b"\n', [['loose', 1, 'a, "b"']]],
    [
      'a,"b\nc\nd',
      [
        ['unclosed', 1, 'a,"b'],
        ['plain', 2, 'c'],
        ['plain', 3, 'd'],
      ],
    ],
    [
      'a,"b\nc,"d"\n',
      [
        ['unclosed', 1, 'a,"b'],
        ['quoted', 2, 'c,"d"'],
      ],
    ],
    [
      '"a\nb","c\nd',
      [
        ['unclosed', 1, '"a\nb","c'],
        ['plain', 3, 'd'],
      ],
    ],
    ['a\x1a', [['plain', 1, 'a']]],
    ['a\n\x1a', [['plain', 1, 'a']]],
  ])('are framed with their lines: %j', (text, expected) => {
    expect(brief(frame(text))).toEqual(expected)
  })

  it('names line and cell of the mark that is not closed', () => {
    expect(frame('"a\nb",x,"c\nd')[0]?.opened).toEqual({ line: 2, cell: 2 })
  })

  it('takes a quoted text of many lines that runs past the limit for one record, and goes on behind its mark', () => {
    const text = `a,"${'text of a note\n'.repeat(20)}the end",c\nd,e,f\n`
    const records = frame(text, { limit: 60, columns: 3 })
    expect(records.map(({ form, line }) => [form, line])).toEqual([
      ['overlong', 1],
      ['plain', 22],
    ])
    expect(records[0]?.opened).toEqual({ line: 1, cell: 1 })
    expect(records[1]?.text).toBe('d,e,f')
  })

  it('finds the rows again behind a text past the limit whose mark is never closed', () => {
    const rows = Array.from({ length: 9 }, (_, at) => `n${at},p,c`)
    const text = `a,"${'text of a note\n'.repeat(20)}${rows.join('\n')}\n`
    const records = frame(text, { limit: 60, columns: 3 })
    expect(records[0]?.form).toBe('overlong')
    expect(records.slice(1).map((record) => record.text)).toEqual(rows)
    expect(records[1]?.line).toBe(21)
  })

  it('frames a text past the limit the same however it is cut', () => {
    const line = fc.constantFrom(
      'note',
      'x,y,z',
      'say ""hi""',
      'q"',
      '"',
      '",',
      '',
      'a,b',
      'long long long long line',
    )
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 40 }),
        fc.array(fc.nat({ max: 2000 }), { maxLength: 20 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        (lines, cuts, end) => {
          const text = `a,"${['start of', 'a note', ...lines, 'd,e,f', 'g,h,i'].join(end)}${end}`
          const framing = { limit: 40, columns: 3 }
          expect(frame(text, { ...framing, cuts })).toEqual(frame(text, framing))
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('reads quotations in a text of several lines for no rows', () => {
    const text = '"a\n""b"",c","a\n""b"",c","x"\n'
    expect(brief(frame(text, { columns: 3 }))).toEqual([['quoted', 1, text.trim()]])
  })

  it('gives up on a quoted cell that runs past the limit and goes on with its next line', () => {
    const text = `a,"b\n${'row\n'.repeat(20)}`
    const records = brief(frame(text, { limit: 40 }))
    expect(records[0]).toEqual(['unclosed', 1, 'a,"b'])
    expect(records.slice(1)).toEqual(Array.from({ length: 20 }, (_, index) => ['plain', index + 2, 'row']))
  })

  it.each([
    ['plain', `${'x'.repeat(100)}\nnext\n`],
    ['in a quoted cell', `a,"${'x'.repeat(100)}\nnext\n`],
    ['closed beyond the limit', `a,"${'x'.repeat(100)}",b\nnext\n`],
  ])('cuts a line longer than the limit and goes on with the next: %s', (_, text) => {
    const records = frame(text, { limit: 40 })
    expect(records.map(({ form, line }) => [form, line])).toEqual([
      ['overlong', 1],
      ['plain', 2],
    ])
    expect(records[0]?.text).toBe(text.slice(0, 40))
    expect(records[1]?.text).toBe('next')
  })

  it('holds no more than the limit of a record that never ends', () => {
    const framer = new RecordFramer(',', { recordLimit: 10_000 })
    framer.push('a,"')
    let maximum = 0
    for (let index = 0; index < 1000; index += 1) {
      framer.push('x'.repeat(1000))
      framer.next()
      maximum = Math.max(maximum, framer.rest.text.length)
    }
    expect(maximum).toBeLessThan(25_000)
  })

  it('keeps text with line breaks that has the cells of its header', () => {
    const text = 'Ram,"Flat 2, Block B\nMG Road, Delhi",Delhi\nSita,x,Pune\n'
    expect(frame(text, { columns: 3 }).map(({ form, line }) => [form, line])).toEqual([
      ['quoted', 1],
      ['plain', 3],
    ])
  })

  it('takes back rows swallowed by a mark that meets another in the same column', () => {
    const rows = Array.from({ length: 30 }, (_, index) => `Ram ${index},7,9174171190,Delhi`)
    const text = ['Ram,"6,9174171190,Delhi', ...rows, 'Gita,8",9174171190,Agra'].join('\n')
    const records = frame(text, { columns: 4 })
    expect(records).toHaveLength(32)
    expect(records.map(({ form }) => form)).toEqual(['unclosed', ...rows.map(() => 'plain'), 'quoted'])
  })

  it('do not depend on where the text is cut, nor on a limit being near', () => {
    const part = fc.constantFrom(
      ...['"', '""', '"""', ',', '\n', '\r', '\r\n', ' ', 'a', 'bc', 'x,y,z\n', 'x,y\r\n', '","', ',"p\nq",'],
    )
    const text = fc.array(part, { maxLength: 60 }).map((parts) => parts.join(''))
    const cuts = fc.array(fc.nat({ max: 400 }), { maxLength: 10 })
    const limit = fc.constantFrom(1, 2, 3, 5, 8, 13, 21, 55, 10_000)
    const columns = fc.constantFrom(0, 1, 2, 3, 4)
    fc.assert(
      fc.property(text, cuts, limit, limit, columns, (content, at, size, cellLimit, count) => {
        const framing = { limit: size, cellLimit, columns: count }
        const whole = frame(content, framing)
        expect(frame(content, { ...framing, cuts: at })).toEqual(whole)
      }),
      { numRuns: NUM_RUNS, examples: [['"\r\r\n""""\r\n"', [116], 3, 10_000, 2]] },
    )
  })

  it('hold every line of the text once, whatever its quotes', () => {
    const text = fc
      .array(fc.constantFrom('"', '""', ',', '\n', 'a', 'bc'), { maxLength: 60 })
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, (content) => {
        const joined = frame(content)
          .map((record) => `${record.text}\n`)
          .join('')
        expect(joined).toBe(content === '' || content.endsWith('\n') ? content : `${content}\n`)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('cells of a record written by the rules', () => {
  const cell = fc
    .array(fc.constantFrom('"', ',', '\n', '\r\n', ' ', 'a', 'é', ''), { maxLength: 6 })
    .map((parts) => parts.join(''))
  const written = fc
    .array(fc.tuple(cell, fc.boolean()), { minLength: 1, maxLength: 6 })
    .map((cells) =>
      cells
        .map(([text, isQuoted]) =>
          isQuoted ? `"${text.replaceAll('"', '""')}"` : writeCsvRow([text, '']).slice(0, -3),
        )
        .join(','),
    )
    .filter((record) => record !== '')

  it('are those csv-parse finds, whichever way is taken to them', () => {
    fc.assert(
      fc.property(fc.array(written, { minLength: 1, maxLength: 5 }), (records) => {
        const expected = parse(`${records.join('\n')}\n`, {
          relax_column_count: true,
          record_delimiter: '\n',
        })
        const framed = frame(`${records.join('\n')}\n`)
        expect(framed.map(({ text }) => text)).toEqual(records)
        for (const [index, record] of framed.entries()) {
          expect(['plain', 'quoted']).toContain(record.form)
          if (record.cells) expect(record.cells).toEqual(expected[index])
          if (record.form === 'plain') expect(record.text.split(',')).toEqual(expected[index])
          expect(splitCells(record.text, ',', 'outer')).toEqual(expected[index])
        }
        const rows = new RowBuilder({ delimiter: ',', header: WIDE, maxColumns: 1000, maxCellLength: 10_000 })
        for (const record of framed) rows.add(record)
        expect(rows.take().map(({ cells }) => cells)).toEqual(expected)
      }),
      { numRuns: 2000 },
    )
  })
})
