import type { Models } from '../../../models/index.ts'
import { type Log, listQueue, type UploadListener } from '../lease/index.ts'

interface QueuePlacesDeps {
  readonly models: Models
  readonly listener: Pick<UploadListener, 'queued'>
  readonly log: Log
}

interface QueuePlaces {
  /** Posts the queue place of each waiting upload, if it changed. */
  post(): Promise<void>
}

/** Maximum of waiting uploads checked; later ones are posted once some before them are done. */
const MAX_LOOKED_AT = 50
/** Edits per turn: Slack allows about 50 a minute, and progress and receipts need most of them. */
const MAX_LISTED = 3

/** Keeps the posted queue places up to date. */
export function createQueuePlaces({ models, listener, log }: QueuePlacesDeps): QueuePlaces {
  let shown = new Map<string, number>()

  return {
    async post() {
      const places = await listQueue(models, MAX_LOOKED_AT)
      const waiting = places.map((place) => ({ ...place, key: String(place.upload._id) }))
      shown = new Map(waiting.flatMap(({ key }) => (shown.has(key) ? [[key, shown.get(key) ?? 0]] : [])))
      const changed = waiting.filter(({ key, ahead }) => ahead > 0 && shown.get(key) !== ahead)
      for (const { upload, key, ahead, inChannel } of changed.slice(0, MAX_LISTED)) {
        shown.set(key, ahead)
        await listener.queued(upload, ahead, inChannel).catch((error: unknown) => {
          log.debug({ upload: upload.number, err: error }, 'queue place not posted')
        })
      }
    },
  }
}
