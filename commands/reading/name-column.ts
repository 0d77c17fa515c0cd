/** A column's name: its heading, or its position if it has none. */
export function nameColumn({ header, index }: { readonly header: string; readonly index: number }): string {
  return header.trim() === '' ? `Column ${index + 1}` : header.trim()
}
