import { createHash } from 'node:crypto'

/** The bot's texts in a picture, compared to detect changes. */
export interface Shown {
  /** The first line, for people. */
  readonly reply: string
  readonly hash: string
}

export function readShown(text: string): Shown {
  const normal = normalise(text)
  return { reply: normal.split('\n')[0] ?? '', hash: createHash('sha256').update(normal).digest('hex') }
}

/** Times and durations differ in every run. */
function normalise(text: string): string {
  return text
    .replaceAll(/\b\d{1,2}:\d{2}\b/g, 'TIME')
    .replaceAll(/\b[\d.]+ s\b/g, 'SECONDS')
    .replaceAll(/\b\d{1,2}(?:–\d{1,2})? (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w*\b/g, 'DAY')
    .trim()
}

/** The pictures that no longer match the bot's texts, as lines to print; none if all match. */
export function describeChanges(
  before: Readonly<Record<string, Shown>>,
  now: Readonly<Record<string, Shown>>,
): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])]
  const changed = names.filter((name) => before[name]?.hash !== now[name]?.hash)
  if (changed.length === 0) return []
  return [
    'Replies changed since the pictures of docs/tour.md were taken. Run npm run docs:tour, and look at them:',
    ...changed.map((name) => `  docs/tour/${name}.webp: ${now[name]?.reply ?? 'no longer taken'}`),
  ]
}
