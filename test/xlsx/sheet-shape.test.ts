import { describe, expect, it } from 'vitest'
import { inline, number, row, shared, withRows } from './support/build-workbook.ts'
import { readRefusal, readWorkbook } from './support/read-workbook.ts'

describe('the rows of a sheet', () => {
  it('have the numbers Excel shows; blank rows are left out', async () => {
    const rows = row(3, inline('B3', 'phone'), inline('D3', 'name')) + row(4) + row(7, inline('D7', 'Lata'))
    const read = await readWorkbook(withRows(rows))
    expect(read.rows.map((one) => one.number)).toEqual([3, 7])
    expect(read.cells).toEqual([
      ['', 'phone', '', 'name'],
      ['', '', '', 'Lata'],
    ])
  })

  it('are counted where neither rows nor cells say where they are', async () => {
    const text = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`
    const { rows } = await readWorkbook(
      withRows(`<row>${text('a')}<c/>${text('b')}</row><row>${text('c')}</row>`),
    )
    expect(rows.map((one) => [one.number, ...one.cells])).toEqual([
      [1, 'a', '', 'b'],
      [2, 'c'],
    ])
  })

  it('take their number from their first cell where they have none', async () => {
    const { rows } = await readWorkbook(
      withRows(`<row>${inline('A5', 'x')}</row><row>${inline('A6', 'y')}</row>`),
    )
    expect(rows.map((one) => one.number)).toEqual([5, 6])
  })

  it('may have their cells in any order, in capitals or not', async () => {
    const { cells } = await readWorkbook(
      withRows(row(1, inline('c1', 'z'), inline('A1', 'x'), inline('B1', 'y'))),
    )
    expect(cells).toEqual([['x', 'y', 'z']])
  })

  it('may have attributes and comments with signs of markup in them', async () => {
    const rows = `<row r="1" note="a>b" other='"'>${inline('A1', 'x')}</row><!-- <row r="9"> --><?x <row?>${row(2, '<c r="A2"><f>A1&gt;"y"</f><v>1</v></c>')}`
    expect((await readWorkbook(withRows(rows))).cells).toEqual([['x'], ['1']])
  })

  it('are those of the sheet, whatever dimension and extensions say', async () => {
    const before = '<dimension ref="A1:B2"/>'
    const after = '<extLst><ext><row r="1"><c r="A1"><v>9</v></c></row></ext></extLst>'
    const { cells } = await readWorkbook(withRows(row(5, inline('C5', 'x')), { before, after }))
    expect(cells).toEqual([['', '', 'x']])
  })

  it.each([
    ['rows that go back', row(2, inline('A2', 'b')) + row(1, inline('A1', 'a'))],
    ['a row that is there twice', row(2, inline('A2', 'b')) + row(2, inline('A2', 'a'))],
    ['a cell that is there twice', row(1, inline('A1', 'a'), inline('A1', 'b'))],
    ['a cell of another row', row(1, inline('A7', 'a'))],
    ['a row beyond the last', row(1_048_577, inline('A1048577', 'a'))],
    ['row 0', row(0, inline('A0', 'a'))],
    ['half a row', row(1.5, '<c><v>1</v></c>')],
    ['a column beyond the last', row(1, inline('XFE1', 'a'))],
    ['a cell without a column', row(1, inline('1', 'a'))],
    ['a text that is not there', row(1, shared('A1', 1))],
    ['a text before the first', row(1, '<c r="A1" t="s"><v>-1</v></c>')],
    ['a text by half a number', row(1, '<c r="A1" t="s"><v>0.5</v></c>')],
  ])('are refused for %s', async (_, rows) => {
    const error = await readRefusal(withRows(rows, { texts: ['<t>only</t>'] }))
    expect(error.code).toBe('workbook_damaged')
    expect(error.message).toContain('`list.xlsx`')
  })
})

describe('what is not as it looks', () => {
  it('notes hidden rows, and hidden columns within the width of the rows', async () => {
    const rows = `${row(1, inline('A1', 'phone'), inline('C1', 'name'))}<row r="2" hidden="1">${inline('A2', 'x')}</row><row r="3" hidden="true"/>`
    const before = '<cols><col min="2" max="2" hidden="1"/><col min="3" max="16384" hidden="1"/></cols>'
    const read = await readWorkbook(withRows(rows, { before }))
    expect(read.cells).toEqual([['phone', '', 'name'], ['x']])
    expect(read.rows.map(({ isHidden }) => isHidden)).toEqual([false, true])
    expect(read.notes).toEqual([
      { kind: 'hidden_rows', count: 1, firstRow: 2 },
      { kind: 'hidden_columns', count: 2, firstRow: 1 },
    ])
  })

  it('notes merged areas, errors and long gaps', async () => {
    const rows =
      row(1, inline('A1', 'Dues')) +
      row(2, '<c r="A2" t="e"><v>#REF!</v></c>') +
      row(1200, number('A1200', '5'))
    const after = '<mergeCells count="2"><mergeCell ref="A1:C1"/><mergeCell ref="A9:B9"/></mergeCells>'
    const { notes, cells } = await readWorkbook(withRows(rows, { after }))
    expect(cells).toEqual([['Dues'], ['#REF!'], ['5']])
    expect(notes).toEqual([
      { kind: 'error_cells', count: 1, firstRow: 2 },
      { kind: 'rows_in_gaps', count: 1197, firstRow: 3 },
      { kind: 'merged_areas', count: 2, firstRow: 1 },
    ])
  })

  it('says how wide a row is that is wider than is read', async () => {
    const { rows } = await readWorkbook(
      withRows(row(1, number('A1', '1'), number('XFD1', '2'), '<c r="F1" s="1"/>')),
      {
        maxColumns: 3,
      },
    )
    expect(rows).toEqual([{ number: 1, cells: ['1'], columns: 16_384, isHidden: false, longCell: null }])
  })

  it.each([
    [
      'inline',
      row(1, inline('A1', 'ok'), inline('B1', `x${'😀'.repeat(40)}`), inline('C1', 'ok')),
      undefined,
    ],
    [
      'shared',
      row(1, shared('A1', 0), shared('B1', 1), shared('C1', 0)),
      ['<t>ok</t>', `<t>x${'😀'.repeat(40)}</t>`],
    ],
  ])(
    'cuts a cell that is too long to one character more than allowed, and says which (%s)',
    async (_, rows, texts) => {
      const read = await readWorkbook(
        withRows(rows + row(2, number('A2', '7')), { ...(texts && { texts }) }),
        {
          maxCellLength: 20,
        },
      )
      expect(read.rows).toEqual([
        { number: 1, cells: ['ok', `x${'😀'.repeat(10)}`, 'ok'], columns: 3, isHidden: false, longCell: 1 },
        { number: 2, cells: ['7'], columns: 1, isHidden: false, longCell: null },
      ])
    },
  )
})
