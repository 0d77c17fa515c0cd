import type { mongo } from 'mongoose'
import type { Customer, FieldChange, FileUpload, RecordKeeping, UploadRow } from '../../../models/index.ts'
import type { FieldRule, FieldValue } from '../../customers/fields/index.ts'
import {
  addPhones,
  type CustomerRow,
  flattenPaths,
  isSameValue,
  OTHER_PHONES,
  pathsWithValues,
  phoneAddedBy,
  withoutPhones,
} from '../rows/index.ts'
import type { Timeline } from './timeline.ts'

/** The replay of one field. */
export interface FieldStory {
  readonly path: string
  /** The value that the active uploads give; undefined if the retention policy deleted it. */
  readonly expected: FieldValue | null | undefined
  /** The value that the uploads active afterwards give; undefined as above. */
  readonly wanted: FieldValue | null | undefined
  /** The upload that set that value; undefined if it existed before or came from outside the bot. */
  readonly by: mongo.ObjectId | undefined
}

export interface CustomerStory {
  readonly fields: readonly FieldStory[]
  /** Null: no upload active afterwards mentions the customer, and nothing else stored it. */
  readonly recordKeeping: RecordKeeping | null
  /** True if at least one active upload contains this customer. */
  readonly isExpected: boolean
  /** Id of the last upload that mentions the customer afterwards. */
  readonly lastBy: mongo.ObjectId | undefined
}

type StoryRow = CustomerRow<UploadRow>

type Counts = (upload: mongo.ObjectId) => boolean

interface Statement {
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

/** The line of an upload that creates the customer. */
type Creator = Pick<Mention, 'upload' | 'firstLine'> | undefined

/**
 * Computes a customer as if certain uploads had never been applied. Each row records what its file set and
 * what it found. If the found value is not what earlier uploads left, something outside the bot wrote it, and
 * it stays.
 *
 * @param rows all rows of all files about this customer, in any order
 * @param paths fields to compute, beside those whose rule depends on the creating upload
 * @param willCount true if an upload is active afterwards
 */
export function replayCustomer(
  rows: readonly StoryRow[],
  paths: Iterable<string>,
  customer: Customer | undefined,
  timeline: Timeline,
  willCount: Counts,
): CustomerStory {
  const ordered = orderRows(rows, timeline)
  const mentions = collectMentions(ordered)
  const base = baseOf(ordered[0], timeline)
  const creatorFor = createCreatorFinder(mentions, base)
  const wanted = new Set([...paths, ...pathsOfCreators(rows, timeline)])
  const statements = collectStatements(rows, wanted, timeline, creatorFor)
  const fields = [...statements].map(([path, text]): FieldStory => {
    const last = resolve(text, willCount, creatorFor)
    return {
      path,
      expected: resolvedValue(resolve(text, timeline.isEffective, creatorFor)),
      wanted: resolvedValue(last),
      by: last.last?.by,
    }
  })
  const staying = mentions.filter(({ upload }) => willCount(upload))
  return {
    fields,
    recordKeeping: replayRecordKeeping(base, staying, findFirst(staying, timeline), customer),
    isExpected: base !== null || mentions.some(({ upload }) => timeline.isEffective(upload)),
    lastBy: staying.at(-1)?.upload,
  }
}

/** The effect of a late share on a field: a share earlier than some that are already applied. */
export interface LatePlace {
  /** What the earlier shares left; undefined if the retention policy deleted it. */
  readonly before: FieldValue | null | undefined
  /** What the later shares make of it. */
  after(value: FieldValue | null): FieldValue | null | undefined
}

/**
 * Finds the place of a late share among other statements about the same fields, by path.
 *
 * @param rows all rows of all files about this customer, including the share's own
 */
export function findLatePlaces(
  rows: readonly StoryRow[],
  paths: Iterable<string>,
  late: Pick<FileUpload, '_id' | 'shared_at'>,
  timeline: Timeline,
): Map<string, LatePlace> {
  const ordered = orderRows(rows, timeline)
  const creatorFor = createCreatorFinder(collectMentions(ordered), baseOf(ordered[0], timeline))
  const statements = collectStatements(rows, new Set(paths), timeline, creatorFor)
  const place = timeline.placeOf(late._id)
  const isLater = ({ by, sharedAt }: StatedThere) =>
    by !== undefined &&
    ((sharedAt?.getTime() ?? 0) - late.shared_at.getTime() || timeline.placeOf(by) - place) > 0
  const sharedAt = new Map(rows.map(({ upload, shared_at }) => [String(upload), shared_at]))
  const places = new Map<string, LatePlace>()
  for (const [path, answer] of statements) {
    const at = answer.findIndex((one) => isLater({ by: one.by, sharedAt: sharedAt.get(String(one.by)) }))
    const end = at < 0 ? answer.length : beforeOthers(answer, at)
    const counts = timeline.isEffective
    const before = resolve(answer.slice(0, end), counts, creatorFor)
    places.set(path, {
      before: resolvedValue(before),
      after: (value) =>
        resolvedValue(
          resolve(
            [{ value, by: undefined, rule: 'overwrite', line: 0 }, ...answer.slice(end)],
            counts,
            creatorFor,
          ),
        ),
    })
  }
  return places
}

/**
 * A later share reveals values from outside the bot before it; only values from before all shares are older
 * than this share.
 */
function beforeOthers(output: readonly Statement[], later: number): number {
  let end = later
  while (end > 1 && output[end - 1]?.by === undefined) end -= 1
  return end
}

interface StatedThere {
  readonly by: mongo.ObjectId | undefined
  readonly sharedAt: Date | undefined
}

type CreatorFinder = (counts: Counts) => Creator

/**
 * The active upload that was applied first creates the customer, whenever it was shared. A customer that
 * existed before has no creator.
 */
function createCreatorFinder(mentions: readonly Mention[], base: RecordKeeping | null): CreatorFinder {
  return (counts) => (base === null ? mentions.find(({ upload }) => counts(upload)) : undefined)
}

/** Another creator sets other values than the requested ones. */
function pathsOfCreators(rows: readonly StoryRow[], timeline: Timeline): readonly string[] {
  return rows.flatMap((row) =>
    pathsWithValues(row).filter((path) => timeline.ruleOf(row.upload, path) === 'keep'),
  )
}

/** In the order of application. */
function orderRows(rows: readonly StoryRow[], timeline: Timeline): StoryRow[] {
  return [...rows].sort((a, b) => timeline.compare(a.upload, b.upload) || a.line - b.line)
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

function resolvedValue({ base, added }: Resolved): FieldValue | null | undefined {
  const value = base ? base.value : null
  return value === undefined ? undefined : addPhones(value, added)
}

/** Resolves the active statements, each by its rule. */
function resolve(statements: readonly Statement[], counts: Counts, creatorFor: CreatorFinder): Resolved {
  let creator: Creator | 'unknown' = 'unknown'
  let last: Statement | undefined
  let base: Statement | undefined
  let added: string[] = []
  for (const one of statements) {
    if (one.by !== undefined && !counts(one.by)) continue
    if (one.adds !== undefined) {
      added.push(one.adds)
      last = one
      continue
    }
    if (one.rule === 'keep' && creator === 'unknown') creator = creatorFor(counts)
    if (!takesEffect(one, base, creator === 'unknown' ? undefined : creator)) continue
    base = one
    last = one
    added = []
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
function collectStatements(
  rows: readonly StoryRow[],
  paths: ReadonlySet<string>,
  timeline: Timeline,
  creatorFor: CreatorFinder,
): Map<string, Statement[]> {
  const shared = [...rows].sort(bySharing(timeline))
  const late = findLate(shared, timeline)
  const statements = new Map<string, Statement[]>()
  const statementsOf = (path: string) => {
    const printed = statements.get(path) ?? []
    statements.set(path, printed)
    return printed
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

interface Telling {
  readonly timeline: Timeline
  readonly creatorFor: CreatorFinder
}

/** A row's statement about one field, after what the row found there. */
function addStatement(
  statements: Statement[],
  row: StoryRow,
  { path, value, found }: StatedValue,
  newer: Newer,
  telling: Telling,
): void {
  const { timeline } = telling
  if (!newer.paths.has(path) && timeline.isCurrent(row.upload)) {
    const phones = path === OTHER_PHONES ? newer.phones : NOTHING_NEWER.phones
    noteFound(statements, row, found, phones, telling)
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
  message: Statement[],
  { upload }: StoryRow,
  given: FieldValue | null | undefined,
  phones: ReadonlySet<string>,
  { timeline, creatorFor }: Telling,
): void {
  const there = resolve(message, (by) => timeline.wasThere(by, upload), creatorFor)
  const left = resolvedValue(there)
  const found = given === undefined ? undefined : withoutPhones(given, phones, left ?? null)
  const elsewhere = { value: found, by: undefined, rule: 'overwrite', line: 0 } as const
  if (!there.last) {
    message.unshift({ ...elsewhere })
    return
  }
  if (found === undefined) return
  if (left === undefined && there.base) there.base.value = found
  else if (!isSameValue(left ?? null, found)) message.push({ ...elsewhere })
}

interface Mention {
  readonly upload: mongo.ObjectId
  readonly sharedAt: Date
  readonly firstLine: number
  lastLine: number
}

function collectMentions(rows: readonly StoryRow[]): Mention[] {
  const mentions: Mention[] = []
  for (const row of rows) {
    let mention = mentions.at(-1)
    if (!mention?.upload.equals(row.upload)) {
      const { upload, shared_at: sharedAt, line } = row
      mention = { upload, sharedAt, firstLine: line, lastLine: line }
      mentions.push(mention)
    }
    mention.lastLine = row.line
  }
  return mentions
}

/** The record keeping before the first upload; null if there was no customer. */
function baseOf(first: StoryRow | undefined, timeline: Timeline): RecordKeeping | null {
  return first?.before && timeline.isCurrent(first.upload) ? first.before : null
}

/** Of the uploads from before a switch, the one shared first: a switch starts a record with it. */
function findFirst(mentions: readonly Mention[], timeline: Timeline): Mention | undefined {
  const [earliest] = mentions
    .filter(({ upload }) => !timeline.isCurrent(upload))
    .sort(
      (a, b) =>
        a.sharedAt.getTime() - b.sharedAt.getTime() ||
        timeline.placeOf(a.upload) - timeline.placeOf(b.upload),
    )
  return earliest ?? mentions[0]
}

function replayRecordKeeping(
  base: RecordKeeping | null,
  mentions: readonly Mention[],
  first: Mention | undefined,
  customer: Customer | undefined,
): RecordKeeping | null {
  // Values of deleted older rows stay.
  const kept =
    base?.last_upload && customer
      ? { first_uploaded_at: customer.first_uploaded_at, first_upload: customer.first_upload }
      : {}
  const last = mentions.at(-1)
  if (!first || !last) return base && { ...base, ...kept }
  const times = mentions.map(({ sharedAt }) => sharedAt)
  const known = base?.first_upload ? base : kept
  return {
    first_uploaded_at: latest([base?.updated_at, first.sharedAt]),
    first_upload: { upload: first.upload, line: first.firstLine },
    ...(known.first_uploaded_at && { first_uploaded_at: known.first_uploaded_at }),
    ...(known.first_upload && { first_upload: known.first_upload }),
    updated_at: latest([base?.updated_at, ...times]),
    last_upload: { upload: last.upload, line: last.lastLine },
    upload_count: (base?.upload_count ?? 0) + mentions.length,
  }
}

function latest(times: readonly (Date | undefined)[]): Date {
  return new Date(Math.max(...times.map((time) => time?.getTime() ?? 0)))
}
