import type { ReplyPart, Sentence } from '../reply/index.ts'

/** Maximum of notes named in a receipt or a preview. */
const MAX_NOTES = 6

/** A few notes are small print; more become a list with a limit. */
export function describeNotes(notes: readonly Sentence[]): ReplyPart[] {
  if (notes.length <= 1) return notes.map((text) => ({ kind: 'note', text }))
  const rest = notes.length - MAX_NOTES
  const items = notes.slice(0, rest > 1 ? MAX_NOTES : notes.length)
  return [
    { kind: 'note', text: 'How the file was read:' },
    { kind: 'list', items: rest > 1 ? [...items, `… and ${rest} more choices.`] : items },
  ]
}
