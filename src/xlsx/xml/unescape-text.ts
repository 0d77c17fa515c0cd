const ESCAPED = /_x([0-9a-f]{4})_/gi

/** Resolves `_x000D_`, which stands for a character XML cannot hold (ECMA-376 part 1, 22.9.2.19). */
export function unescapeText(text: string): string {
  if (!text.includes('_')) return text
  return text.replace(ESCAPED, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}

/** Length of an escaped character. */
export const ESCAPE_LENGTH = '_x0000_'.length
