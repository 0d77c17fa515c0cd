import type { FrontLayer } from '../../dev/slack/slack-front.ts'
import { DIGEST_KINDS, type Digest, type DigestKind, type Models } from '../../models/index.ts'

export interface HandedOver {
  readonly channel: string
  readonly text: string
  /** Unix time in seconds. */
  readonly postAt: number
}

/** When digests are due, one of each kind per channel. */
export interface DigestPlan {
  readonly settings: Readonly<Record<string, string>>
  readonly due: readonly DueDigest[]
}

export interface DueDigest {
  readonly kind: DigestKind
  readonly channel: string
  readonly dueAt: Date
}

const MINUTE_MS = 60_000
const DAY_MS = 1_440 * MINUTE_MS
/** Asia/Kolkata, the bots' time zone: no summer time. */
const ZONE_MS = 330 * MINUTE_MS
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
const PERIOD_DAYS: Readonly<Record<DigestKind, number>> = { daily: 1, weekly: 7 }

/** The daily one soon, so that it is scheduled in the first minute; the weekly one halfway. */
export function planDigests(now: number, minutes: number, channels: readonly string[]): DigestPlan {
  const inMinutes = (count: number) => new Date(Math.floor(now / MINUTE_MS + count) * MINUTE_MS)
  const dueAt = { daily: inMinutes(2), weekly: inMinutes(Math.max(2, minutes / 2)) }
  const onWall = (moment: Date) => new Date(moment.getTime() + ZONE_MS)
  const timeOf = (moment: Date) => onWall(moment).toISOString().slice(11, 16)
  return {
    due: channels.flatMap((channel) => DIGEST_KINDS.map((kind) => ({ kind, channel, dueAt: dueAt[kind] }))),
    settings: {
      DIGEST_CHANNELS: channels.join(','),
      DIGEST_DAILY: timeOf(dueAt.daily),
      DIGEST_WEEKLY: `${WEEKDAYS[onWall(dueAt.weekly).getUTCDay()]} ${timeOf(dueAt.weekly)}`,
    },
  }
}

/** As if the channels had been configured long ago; otherwise earlier digests would be left out. */
export async function rememberEarlierDigests(models: Models, due: readonly DueDigest[]): Promise<void> {
  const before = (moment: Date, days: number) => new Date(moment.getTime() - days * DAY_MS)
  const documents = due.map(({ kind, channel, dueAt }): Digest => {
    const days = PERIOD_DAYS[kind]
    return {
      _id: `${kind} ${channel} earlier`,
      kind,
      channel,
      due_at: before(dueAt, days),
      from: before(dueAt, 3 * days),
      until: before(dueAt, 2 * days),
      state: 'handed_over',
    }
  })
  await models.digests.collection.insertMany(documents as never)
}

/** Counts scheduled and cancelled messages. If `onFirst` is given, the first answer never arrives. */
export function watchHandOvers(onFirst: () => void): {
  readonly layer: FrontLayer
  readonly waiting: ReadonlyMap<string, HandedOver>
} {
  const handedOver = new Map<string, HandedOver>()
  let isFirst = true
  return {
    waiting: handedOver,
    async layer(call, next) {
      const answer = await next(call)
      const args = Object.fromEntries(new URLSearchParams(call.body.toString()))
      const { channel = '', text = '', post_at, scheduled_message_id = '' } = args
      const body: { ok?: boolean; scheduled_message_id?: string } = call.path.startsWith('/api/chat.')
        ? JSON.parse(await answer.clone().text())
        : {}
      if (!body.ok) return answer
      if (call.path === '/api/chat.deleteScheduledMessage') handedOver.delete(scheduled_message_id)
      if (call.path !== '/api/chat.scheduleMessage') return answer
      handedOver.set(body.scheduled_message_id ?? '', { channel, text, postAt: Number(post_at) })
      if (!isFirst) return answer
      isFirst = false
      onFirst()
      throw new Error('the answer never comes')
    },
  }
}
