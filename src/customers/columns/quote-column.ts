import { cleanText } from '../cells/index.ts'

/** Maximum characters of a header in a sentence. */
const MAX_SHOWN = 60

interface NamedColumn {
  readonly header: string
  readonly index: number
  /** Another column has the same heading. */
  readonly isRepeated?: boolean
}

/** A column in sentences: its header in quotes, or its position if the header is not unique. */
export function quote({ header, index, isRepeated = false }: NamedColumn): string {
  const text = cleanText(header)
  if (text === '') return `column ${index + 1}`
  return `"${shorten(text, MAX_SHOWN)}"${isRepeated ? ` (column ${index + 1})` : ''}`
}

/** The start of a sentence about a cell, by its column. */
export function nameCell(column: { readonly header: string; readonly index: number }): string {
  const text = quote(column)
  return text.startsWith('"') ? `The cell under ${text}` : `The cell in ${text}`
}

/** At most `length` characters, with an ellipsis as the last if cut. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text
  const characters = Array.from(text)
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`
}
