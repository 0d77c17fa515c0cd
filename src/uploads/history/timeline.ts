import type { mongo } from 'mongoose'
import type { FileUpload, ImportUpload, Models, RecordKind, UndoUpload } from '../../../models/index.ts'
import type { FieldRule } from '../../customers/fields/index.ts'
import { type FieldRules, readRecords, ruleIn, rulesOf } from '../rows/index.ts'

/** When each upload was applied, and when it was undone. */
export interface Timeline {
  /** The record kind now. */
  readonly kind: RecordKind
  /**
   * True if an upload was applied with the current records. What an older one found belongs to records that
   * no longer exist; the values it set still count.
   */
  isCurrent(upload: mongo.ObjectId): boolean
  /** Loads these uploads. The other functions throw for uploads not loaded. */
  learn(uploads: Iterable<mongo.ObjectId>): Promise<void>
  /** Negative if `a` was applied before `b`. */
  compare(a: mongo.ObjectId, b: mongo.ObjectId): number
  /** True if the upload is active now. */
  isEffective(upload: mongo.ObjectId): boolean
  /** True if an upload was applied and active when `at` was applied. An upload counts for its own rows. */
  wasThere(upload: mongo.ObjectId, at: mongo.ObjectId): boolean
  /** True if another upload was undone or redone after this one was applied, or a switch ran. */
  isDisturbed(since: mongo.ObjectId, besides: mongo.ObjectId): boolean
  numberOf(upload: mongo.ObjectId): number
  /** Position among shares of the same time; a file read again keeps the position of its share. */
  placeOf(upload: mongo.ObjectId): number
  /** False: the upload overwrote every value. */
  hasRules(upload: mongo.ObjectId): boolean
  /** The rule by which a value of an upload was written. */
  ruleOf(upload: mongo.ObjectId, path: string): FieldRule
}

type Moment = Pick<FileUpload, '_id' | 'number' | 'started_at' | 'shared_at' | 'records'> &
  Pick<ImportUpload, 'reread_of'> & { readonly file?: Pick<FileUpload['file'], 'mapping'> }

interface UndoEvent {
  readonly at: Moment
  readonly file: string
  readonly action: 'take_back' | 'put_back'
}

const MOMENT = {
  number: 1,
  started_at: 1,
  shared_at: 1,
  records: 1,
  reread_of: 1,
  'file.mapping.rules': 1,
} as const

/**
 * Uploads are applied one at a time, so the time of the first claim orders them, by the database's clock.
 * Finished undos are few and all held in memory; other uploads only after `learn`.
 */
export async function openTimeline(models: Models): Promise<Timeline> {
  const uploads = models.fileUploads.collection
  const { kind, since: switched } = await readRecords(models)
  const undos = await uploads
    .find<UndoUpload>(
      { 'undo_of.upload': { $exists: true }, status: { $in: ['done', 'undone'] } },
      { projection: { ...MOMENT, undo_of: 1 } },
    )
    .toArray()
  const events: UndoEvent[] = undos
    .map((at) => ({ at, file: String(at.undo_of.file), action: at.undo_of.action }))
    .sort((a, b) => compareMoments(a.at, b.at))
  const eventsOf = new Map<string, UndoEvent[]>()
  for (const event of events) {
    const known = eventsOf.get(event.file)
    if (known) known.push(event)
    else eventsOf.set(event.file, [event])
  }
  const moments = new Map<string, Moment>(undos.map((undo) => [String(undo._id), undo]))

  // Cached, because the ID is needed several times per field of each row. Formatting it took longer than the
  // whole decision.
  const keys = new WeakMap<mongo.ObjectId, string>()
  function keyOf(upload: mongo.ObjectId): string {
    const known = keys.get(upload)
    if (known !== undefined) return known
    const key = upload.toHexString()
    keys.set(upload, key)
    return key
  }

  function momentOf(upload: mongo.ObjectId): Moment {
    const moment = moments.get(keyOf(upload))
    // The upload's document is gone: it is older than all others.
    return moment ?? { _id: upload, number: 0, shared_at: new Date(0) }
  }

  const rules = new Map<string, FieldRules>()
  function knownRules(upload: mongo.ObjectId): FieldRules {
    const key = keyOf(upload)
    const known = rules.get(key)
    if (known) return known
    const own = rulesOf(momentOf(upload))
    rules.set(key, own)
    return own
  }

  const isCurrent = (upload: mongo.ObjectId) => momentOf(upload).records?.since === switched

  return {
    kind,
    isCurrent,
    async learn(ids) {
      const unknown = new Map([...ids].map((id) => [keyOf(id), id]))
      for (const key of moments.keys()) unknown.delete(key)
      if (unknown.size === 0) return
      const found = uploads.find<Moment>({ _id: { $in: [...unknown.values()] } }, { projection: MOMENT })
      for await (const moment of found) moments.set(String(moment._id), moment)
    },
    compare: (a, b) => compareMoments(momentOf(a), momentOf(b)),
    isEffective: (upload) => eventsOf.get(keyOf(upload))?.at(-1)?.action !== 'take_back',
    wasThere(upload, at) {
      const moment = momentOf(at)
      if (compareMoments(momentOf(upload), moment) > 0) return false
      const events = eventsOf.get(keyOf(upload))?.filter((event) => compareMoments(event.at, moment) < 0)
      return events?.at(-1)?.action !== 'take_back'
    },
    isDisturbed(since, besides) {
      const moment = momentOf(since)
      if (!isCurrent(since)) return true
      return events.some(({ at, file }) => file !== String(besides) && compareMoments(at, moment) > 0)
    },
    numberOf: (upload) => momentOf(upload).number,
    placeOf(upload) {
      const { reread_of, number } = momentOf(upload)
      return reread_of?.place ?? number
    },
    hasRules: (upload) => knownRules(upload).size > 0,
    ruleOf: (upload, path) => ruleIn(knownRules(upload), path),
  }
}

function compareMoments(a: Moment, b: Moment): number {
  const [x, y] = [a.started_at ?? a.shared_at, b.started_at ?? b.shared_at]
  return x.getTime() - y.getTime() || a.number - b.number
}
