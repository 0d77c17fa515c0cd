/**
 * Characters that move the cursor, start an escape sequence or change the text direction, except tab and line
 * feed.
 */
const CONTROLS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is shown
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g

/**
 * Text of files, settings and errors for a terminal: control characters become `\u001b` and the like, as in
 * JSON.
 */
function terminalText(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(CONTROLS, writeEscape)
}

/** Prints lines of text; every program uses it for its terminal output. */
export function print(stream: NodeJS.WritableStream, text: string): void {
  stream.write(`${terminalText(text)}\n`)
}

/** Replaces the current line by a text. */
export function replaceLine(stream: NodeJS.WritableStream, text: string): void {
  stream.write(`\r${terminalText(text)}\u001b[K`)
}

function writeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
