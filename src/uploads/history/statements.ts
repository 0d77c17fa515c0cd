import type { mongo } from 'mongoose'
import type { FieldChange } from '../../../models/index.ts'
import type { FieldRule, FieldValue } from '../../customers/fields/index.ts'
import {
  addPhones,
  flattenPaths,
  isSameValue,
  OTHER_PHONES,
  pathsWithValues,
  phoneAddedBy,
  withoutPhones,
} from '../rows/index.ts'
import type { Counts, Creator, CreatorFinder, StoryRow } from './mentions.ts'
import type { Timeline } from './timeline.ts'

/** What one row, or a write from outside the bot, sets a field to. */
export interface Statement {
  /** Undefined: the retention policy deleted it, and no later row has recorded it. */
  value: FieldValue | null | undefined
  /** Undefined: it existed before the first upload, or came from outside the bot. */
  readonly by: mongo.ObjectId | undefined
  readonly rule: FieldRule
  readonly line: number
  /**
   * A second phone that matched a row which had no other phones of its own. It is added to the list instead
   * of replacing it; `value` is then unused.
   */
  readonly adds?: string
}

/** The result of several statements. */
interface Resolved {
  /** The last statement that takes effect or adds a phone. */
  readonly last: Statement | undefined
  /** The last statement that sets the whole value. */
  readonly base: Statement | undefined
  /** Phones added after it. */
  readonly added: readonly string[]
}

export function resolvedValue({ base, added }: Resolved): FieldValue | null | undefined {
  const value = base ? base.value : null
  return value === undefined || added.length === 0 ? value : addPhones(value, added)
}

const NO_PHONES: readonly string[] = []

/** Resolves the active statements, each by its rule. */
export function resolve(
  statements: readonly Statement[],
  counts: Counts,
  creatorFor: CreatorFinder,
): Resolved {
  let creator: Creator | 'unknown' = 'unknown'
  let last: Statement | undefined
  let base: Statement | undefined
  let added = NO_PHONES
  for (const one of statements) {
    if (one.by !== undefined && !counts(one.by)) continue
    if (one.adds !== undefined) {
      added = [...added, one.adds]
      last = one
      continue
    }
    if (one.rule === 'keep' && creator === 'unknown') creator = creatorFor(counts)
    if (!takesEffect(one, base, creator === 'unknown' ? undefined : creator)) continue
    base = one
    last = one
    added = NO_PHONES
  }
  return { last, base, added }
}

function takesEffect(
  { rule, by, line, value }: Statement,
  last: Statement | undefined,
  creator: Creator,
): boolean {
  switch (rule) {
    case 'overwrite':
      return true
    case 'fill_blanks':
      return value !== null && (last === undefined || last.value === null)
    case 'keep':
      return by !== undefined && creator?.upload.equals(by) === true && creator.firstLine === line
  }
}

/**
 * Collects the statements about each field in share order. The latest file wins, also if a late, older one
 * was applied after it.
 */
export function collectStatements(
  rows: readonly StoryRow[],
  paths: ReadonlySet<string>,
  timeline: Timeline,
  creatorFor: CreatorFinder,
): Map<string, Statement[]> {
  const shared = [...rows].sort(bySharing(timeline))
  const late = findLate(shared, timeline)
  const statements = new Map<string, Statement[]>()
  const statementsOf = (path: string) => {
    const known = statements.get(path) ?? []
    statements.set(path, known)
    return known
  }
  for (const row of shared) {
    const newer = late.has(row) ? findNewer(row, shared, timeline) : NOTHING_NEWER
    const values = flattenPaths<FieldValue | null>(row.values)
    const foundAt = createFinding(row, values)
    for (const path of pathsWithValues(row).filter((one) => paths.has(one)))
      addStatement(statementsOf(path), row, { path, value: values[path], found: foundAt(path) }, newer, {
        timeline,
        creatorFor,
      })
    const adds = phoneAddedBy(row)
    if (adds !== undefined && paths.has(OTHER_PHONES))
      statementsOf(OTHER_PHONES).push({
        value: undefined,
        by: row.upload,
        rule: 'overwrite',
        line: row.line,
        adds,
      })
  }
  return statements
}

function bySharing(timeline: Timeline): (a: StoryRow, b: StoryRow) => number {
  return (a, b) =>
    a.shared_at.getTime() - b.shared_at.getTime() ||
    timeline.placeOf(a.upload) - timeline.placeOf(b.upload) ||
    a.line - b.line
}

interface StatedValue {
  readonly path: string
  readonly value: FieldValue | null | undefined
  readonly found: FieldValue | null | undefined
}

interface StatementContext {
  readonly timeline: Timeline
  readonly creatorFor: CreatorFinder
}

/** A row's statement about one field, after what the row found there. */
function addStatement(
  statements: Statement[],
  row: StoryRow,
  { path, value, found }: StatedValue,
  newer: Newer,
  context: StatementContext,
): void {
  const { timeline } = context
  if (!newer.paths.has(path) && timeline.isCurrent(row.upload)) {
    const phones = path === OTHER_PHONES ? newer.phones : NOTHING_NEWER.phones
    noteFound(statements, row, found, phones, context)
  }
  statements.push({ value, by: row.upload, rule: timeline.ruleOf(row.upload, path), line: row.line })
}

/** Finds rows that were applied after rows of later shares. @param shared in share order */
function findLate(shared: readonly StoryRow[], timeline: Timeline): Set<StoryRow> {
  const late = new Set<StoryRow>()
  let earliest: StoryRow | undefined
  for (const row of shared.toReversed()) {
    const order = earliest ? timeline.compare(earliest.upload, row.upload) : 0
    if (order < 0) late.add(row)
    else if (order > 0 || !earliest) earliest = row
  }
  return late
}

/** What later shares had set when a late row was applied. */
interface Newer {
  readonly paths: ReadonlySet<string>
  /** Second phones by which their rows had matched the customer. */
  readonly phones: ReadonlySet<string>
}

const NOTHING_NEWER: Newer = { paths: new Set(), phones: new Set() }

/** Finds the fields a late row did not set because later shares had already been applied. */
function findNewer(row: StoryRow, shared: readonly StoryRow[], timeline: Timeline): Newer {
  const newer = shared.filter(
    ({ shared_at, upload }) =>
      (shared_at.getTime() - row.shared_at.getTime() ||
        timeline.placeOf(upload) - timeline.placeOf(row.upload)) > 0 && timeline.wasThere(upload, row.upload),
  )
  return {
    paths: new Set(newer.flatMap(pathsWithValues)),
    phones: new Set(newer.flatMap((one) => phoneAddedBy(one) ?? [])),
  }
}

/** The value a row found in a field: from its change, from what its rule kept, else its own value. */
function createFinding(
  row: StoryRow,
  values: Readonly<Record<string, FieldValue | null>>,
): (path: string) => FieldValue | null | undefined {
  const changes = flattenPaths<FieldChange>(row.changes)
  const kept = flattenPaths<FieldValue | null>(row.found)
  return (path) => {
    if (changes[path]) return changes[path].from
    return Object.hasOwn(kept, path) ? kept[path] : values[path]
  }
}

/**
 * Records a found value that no upload had left: it existed before all of them or came from outside the bot.
 * If an upload's values were deleted, it reveals what that upload left.
 * @param given undefined if the row's own values were deleted
 * @param phones other phones found that later shares had added
 */
function noteFound(
  statements: Statement[],
  { upload }: StoryRow,
  given: FieldValue | null | undefined,
  phones: ReadonlySet<string>,
  { timeline, creatorFor }: StatementContext,
): void {
  const there = resolve(statements, (by) => timeline.wasThere(by, upload), creatorFor)
  const left = resolvedValue(there)
  const found = given === undefined ? undefined : withoutPhones(given, phones, left ?? null)
  const elsewhere = { value: found, by: undefined, rule: 'overwrite', line: 0 } as const
  if (!there.last) {
    statements.unshift({ ...elsewhere })
    return
  }
  if (found === undefined) return
  if (left === undefined && there.base) there.base.value = found
  else if (!isSameValue(left ?? null, found)) statements.push({ ...elsewhere })
}
