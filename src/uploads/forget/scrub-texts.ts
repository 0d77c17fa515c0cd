import type { FileUpload } from '../../../models/index.ts'
import { PROBLEM_WITHOUT_CELL } from '../rows/index.ts'
import type { Person } from './read-person.ts'

/** Parts of an upload with text from its file: sheet names, headings, sentences. */
const PARTS = ['file', 'source', 'question', 'preview', 'notes', 'problem', 'hold', 'collisions'] as const

/** Digests, ids and field paths contain no names. Examples are checked by line and value. */
const SKIPPED: ReadonlySet<string> = new Set([
  'sha256',
  'fingerprint',
  'headings',
  'encoding',
  'by',
  'field',
  'fields',
  'examples',
])

/**
 * Final check of an upload's document: replaces every text that still names the person, in any part. New
 * fields are covered too.
 * @param set planned writes, by path; further replacements are added
 */
export function scrubTexts(upload: FileUpload, set: Record<string, unknown>, { names }: Person): void {
  for (const part of PARTS) {
    // A Slack source holds ids only; a waiting file from the command line is opened by its path.
    if (part === 'source' && (upload.source.kind === 'slack' || !upload.finished_at)) continue
    const paths = Object.keys(set).filter((path) => path === part || path.startsWith(`${part}.`))
    const current = paths.reduce<unknown>(
      (value, path) => patch(value, path.split('.').slice(1), set[path]),
      upload[part],
    )
    const clean = replaceNaming(current, part, names)
    if (clean === current) continue
    for (const path of paths) delete set[path]
    set[part] = clean
  }
}

/** Undefined removes the field. */
function patch(value: unknown, [key, ...rest]: readonly string[], to: unknown): unknown {
  if (key === undefined) return to
  const { [key]: old, ...others } = (value ?? {}) as Record<string, unknown>
  const changed = patch(old, rest, to)
  return changed === undefined ? others : { ...others, [key]: changed }
}

/** @returns the same value if nothing in it names the person */
function replaceNaming(value: unknown, key: string, names: Person['names']): unknown {
  if (SKIPPED.has(key)) return value
  if (typeof value === 'string') return names(value) ? wordFor(key) : value
  if (Array.isArray(value)) {
    const clean = value.map((one) => replaceNaming(one, key, names))
    return clean.some((one, at) => one !== value[at]) ? clean : value
  }
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype)
    return value
  const clean = Object.entries(value).map(([name, one]) => [name, replaceNaming(one, name, names)] as const)
  return clean.some(([name, one]) => one !== Reflect.get(value, name)) ? Object.fromEntries(clean) : value
}

/** A column without a heading is shown by its number, and a problem by its code. */
function wordFor(key: string): string {
  if (key === 'header') return ''
  return key === 'message' ? PROBLEM_WITHOUT_CELL : 'forgotten'
}
