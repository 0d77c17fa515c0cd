import type { FieldCatalogue } from './field-catalogue.ts'

/** Start and end of the table in docs/csv-format.md that `npm run docs:fields` writes. */
const FIELD_TABLE_BEGIN = '<!-- fields:begin (written by npm run docs:fields) -->'
const FIELD_TABLE_END = '<!-- fields:end -->'

/** The catalogue as a Markdown table: field, type, and headers. */
function describeFields(catalogue: FieldCatalogue): string {
  const rows = catalogue.fields.map(({ name, type, synonyms, parts }) => {
    const joined = (parts?.synonyms ?? []).map((part) => part.join(', '))
    const made = joined.length === 0 ? '' : `<br>put together from: ${joined.join(' **+** ')}`
    return `| \`${name}\` | ${type} | ${escapeCell(synonyms.join(', ') + made)} |`
  })
  return ['| field | type | headers |', '| --- | --- | --- |', ...rows].join('\n')
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|')
}

/** @returns the page with its table replaced, or null if the page has no such table */
export function replaceFieldTable(page: string, catalogue: FieldCatalogue): string | null {
  const begin = page.indexOf(FIELD_TABLE_BEGIN)
  const end = page.indexOf(FIELD_TABLE_END)
  if (begin < 0 || end < begin) return null
  const before = page.slice(0, begin + FIELD_TABLE_BEGIN.length)
  return `${before}\n\n${describeFields(catalogue)}\n\n${page.slice(end)}`
}
