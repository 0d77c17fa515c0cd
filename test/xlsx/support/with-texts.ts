import { escapeXml, row, shared, withRows } from './build-workbook.ts'

const COLUMNS = 'ABCDEFGHIJ'

/** The texts in another order than the cells use them, as after sorting in Excel, some of them twice. */
export function withTexts(rows: readonly (readonly string[])[], order: readonly number[]) {
  const all = rows.flat()
  const shuffled = all.map((value, at) => ({ value, key: order[at % order.length] ?? 0, at }))
  shuffled.sort((a, b) => a.key - b.key || a.at - b.at)
  const places = new Map(shuffled.map(({ at }, place) => [at, place]))
  let at = 0
  const xml = rows.map((cells, line) =>
    row(
      line + 1,
      ...cells.map((_, column) => shared(`${COLUMNS.charAt(column)}${line + 1}`, places.get(at++) ?? -1)),
    ),
  )
  return withRows(xml.join(''), {
    texts: shuffled.map(({ value }) => `<t xml:space="preserve">${escapeXml(value)}</t>`),
  })
}
