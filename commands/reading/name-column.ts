/** A column's name: its heading, or its position if it has none. */
export function nameColumn({ header, index }: { readonly header: string; readonly index: number }): string {
  return header.trim() === '' ? `Column ${index + 1}` : header.trim()
}

/** A column's name of at most `limit` characters, on one line; never splits a surrogate pair. */
export function shortColumn(
  column: { readonly header: string; readonly index: number },
  limit: number,
): string {
  const name = nameColumn(column).replace(/\s+/g, ' ')
  return name.length <= limit ? name : `${name.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
