import type { Inline } from './reply.ts'

/** The words for errors set file names and commands between backticks: here they become code, as each medium shows it. */
export function markCode(text: string): readonly Inline[] {
  return text
    .split(/`([^`]+)`/)
    .map((piece, index) => (index % 2 === 1 ? { code: piece } : piece))
    .filter((piece) => piece !== '')
}
