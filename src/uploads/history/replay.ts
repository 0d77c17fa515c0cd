import type { mongo } from 'mongoose'
import type { Customer, FileUpload, RecordKeeping } from '../../../models/index.ts'
import type { FieldValue } from '../../customers/fields/index.ts'
import { pathsWithValues } from '../rows/index.ts'
import {
  baseOf,
  type Counts,
  collectMentions,
  createCreatorFinder,
  findFirst,
  orderRows,
  replayRecordKeeping,
  type StoryRow,
} from './mentions.ts'
import { collectStatements, resolve, resolvedValue, type Statement } from './statements.ts'
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
  const fields = [...statements].map(([path, ofPath]): FieldStory => {
    const last = resolve(ofPath, willCount, creatorFor)
    return {
      path,
      expected: resolvedValue(resolve(ofPath, timeline.isEffective, creatorFor)),
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
  for (const [path, ofPath] of statements) {
    const at = ofPath.findIndex((one) => isLater({ by: one.by, sharedAt: sharedAt.get(String(one.by)) }))
    const end = at < 0 ? ofPath.length : beforeOthers(ofPath, at)
    const counts = timeline.isEffective
    const before = resolve(ofPath.slice(0, end), counts, creatorFor)
    places.set(path, {
      before: resolvedValue(before),
      after: (value) =>
        resolvedValue(
          resolve(
            [{ value, by: undefined, rule: 'overwrite', line: 0 }, ...ofPath.slice(end)],
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
function beforeOthers(statements: readonly Statement[], later: number): number {
  let end = later
  while (end > 1 && statements[end - 1]?.by === undefined) end -= 1
  return end
}

interface StatedThere {
  readonly by: mongo.ObjectId | undefined
  readonly sharedAt: Date | undefined
}

/** Another creator sets other values than the requested ones. */
function pathsOfCreators(rows: readonly StoryRow[], timeline: Timeline): readonly string[] {
  return rows.flatMap((row) =>
    timeline.hasRules(row.upload)
      ? pathsWithValues(row).filter((path) => timeline.ruleOf(row.upload, path) === 'keep')
      : [],
  )
}
