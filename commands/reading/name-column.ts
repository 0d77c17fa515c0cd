/** A column as people call it: by its heading, or by its place where it has none. */
export function nameColumn({ header, index }: { readonly header: string; readonly index: number }): string {
  return header.trim() === '' ? `Column ${index + 1}` : header.trim()
}
