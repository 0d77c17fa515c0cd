/** Everything but tab and line feed that moves the cursor, starts an escape sequence or turns the words around it. */
const CONTROLS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is shown
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g

/**
 * Text of files, settings and errors as a terminal may show it: control characters are written as `\u001b`, which is
 * also what JSON calls them.
 */
export function terminalText(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(CONTROLS, writeEscape)
}

/** Prints lines of text. The one way from a program to its terminal. */
export function print(stream: NodeJS.WritableStream, text: string): void {
  stream.write(`${terminalText(text)}\n`)
}

/** Shows text in place of the line the cursor is in. */
export function replaceLine(stream: NodeJS.WritableStream, text: string): void {
  stream.write(`\r${terminalText(text)}\u001b[K`)
}

function writeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
