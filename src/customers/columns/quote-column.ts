import { cleanText } from '../cells/index.ts'

/** Longest header shown in a sentence, in characters. */
const MAX_SHOWN = 60

interface NamedColumn {
  readonly header: string
  readonly index: number
  /** Another column has the same heading. */
  readonly isRepeated?: boolean
}

/** A column as sentences name it: its header in quotes, or its position where that does not tell it. */
export function quote({ header, index, isRepeated = false }: NamedColumn): string {
  const text = cleanText(header)
  if (text === '') return `column ${index + 1}`
  return `"${shorten(text, MAX_SHOWN)}"${isRepeated ? ` (column ${index + 1})` : ''}`
}

/** A cell at the beginning of a sentence, by its column: what is wrong is wrong with the cell. */
export function nameCell(column: { readonly header: string; readonly index: number }): string {
  const text = quote(column)
  return text.startsWith('"') ? `The cell under ${text}` : `The cell in ${text}`
}

/** At most `length` characters, the last an ellipsis where something was cut. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text
  const characters = Array.from(text)
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`
}
