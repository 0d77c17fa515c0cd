/** A table is wider than its terminal: wrapped, its columns would be unreadable. */
const IS_TABLE = /\S {2,}\S/

/** Wraps lines between words; continuation lines keep the indentation. */
export function wrapText(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => wrapLine(line, columns))
    .join('\n')
}

function wrapLine(line: string, columns: number): string {
  const [indent = ''] = /^\s*(?:• )?/.exec(line) ?? []
  if (line.length <= columns || IS_TABLE.test(line.slice(indent.length)) || columns < indent.length + 20)
    return line
  const lines: string[] = []
  let current = indent
  for (const word of line.slice(indent.length).split(' ')) {
    const isFirst = current.trim() === '' || current === indent
    if (!isFirst && current.length + 1 + word.length > columns) {
      lines.push(current)
      current = `${' '.repeat(indent.length)}${word}`
    } else current += isFirst ? word : ` ${word}`
  }
  return [...lines, current].join('\n')
}
