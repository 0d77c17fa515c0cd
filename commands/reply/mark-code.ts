import type { Inline } from './reply.ts'

/** Error texts have file names and commands in backticks: this turns them into code parts. */
export function markCode(text: string): readonly Inline[] {
  return text
    .split(/`([^`]+)`/)
    .map((piece, index) => (index % 2 === 1 ? { code: piece } : piece))
    .filter((piece) => piece !== '')
}
