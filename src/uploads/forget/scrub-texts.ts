import type { FileUpload } from '../../../models/index.ts'
import { PROBLEM_WITHOUT_CELL } from '../rows/index.ts'
import type { Person } from './forget-person.ts'

/** Parts of an upload that hold words of its file: names of sheets, headings, sentences. */
const PARTS = ['file', 'source', 'question', 'preview', 'notes', 'problem', 'hold', 'collisions'] as const

/** Digests, ids and paths of fields name nobody. Examples are judged by their line and their value. */
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
 * The last look at an upload's own document: every text that still names the person is replaced, wherever it stands. A
 * part that is added later is covered as well.
 * @param set what is to be written already, by path; what is found here is added
 */
export function scrubTexts(upload: FileUpload, set: Record<string, unknown>, { names }: Person): void {
  for (const part of PARTS) {
    // A Slack source holds ids; a file of a command line that still waits is found by its path.
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

/** Undefined removes what is there. */
function patch(value: unknown, [key, ...rest]: readonly string[], to: unknown): unknown {
  if (key === undefined) return to
  const { [key]: old, ...others } = (value ?? {}) as Record<string, unknown>
  const changed = patch(old, rest, to)
  return changed === undefined ? others : { ...others, [key]: changed }
}

/** @returns the very value where nothing in it names the person */
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

/** A column without a heading is told by its number, and a problem by its code. */
function wordFor(key: string): string {
  if (key === 'header') return ''
  return key === 'message' ? PROBLEM_WITHOUT_CELL : 'forgotten'
}
