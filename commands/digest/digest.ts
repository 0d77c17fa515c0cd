import type { DigestKind } from '../../models/index.ts'
import { findStaleCount, type Span, summarisePeriod } from '../../src/uploads/queries/index.ts'
import {
  brief,
  type CommandDeps,
  type CommandInput,
  describeGone,
  pageButton,
  pageButtons,
  pageValue,
  type Reply,
  type ReplyPart,
  type Sentence,
  toAsker,
  type Viewer,
} from '../reply/index.ts'
import { addDays, dayOf, parsePeriod, startOfDay } from '../text/index.ts'
import { spanBefore, trendOf } from './digest-calendar.ts'
import { describeDigest } from './digest-reply.ts'

type DigestDeps = Pick<CommandDeps, 'models' | 'timeZone'>

const WORDS: Readonly<Record<string, DigestKind>> = {
  '': 'daily',
  now: 'daily',
  today: 'daily',
  daily: 'daily',
  day: 'daily',
  week: 'weekly',
  weekly: 'weekly',
  'this week': 'weekly',
}

const MAX_LETTERS = 60

const ALL_FILES: Sentence = ['All files: ', { code: '/uploads recent 50' }, '.']

/** `/uploads digest …`: the digest of today so far, of the last seven days, or of any day, for the person. */
export async function runDigest({ text, ...viewer }: CommandInput, deps: CommandDeps): Promise<Reply> {
  const { timeZone, dateOrder } = deps
  const words = text.toLowerCase().replace(/^(?:of|for|from) (?:the )?/, '')
  const kind = Object.hasOwn(WORDS, words) ? WORDS[words] : undefined
  const today = dayOf(viewer.now, timeZone)
  if (kind) return await buildDigestPage([kind, today], viewer, deps)
  const { from, until } = parsePeriod(words, { now: viewer.now, timeZone, dateOrder }) ?? {}
  if (from === undefined || until === undefined || from > today) return describeUnknown(words, today)
  if (from === until) return await buildDigestPage(['daily', from], viewer, deps)
  const isWeek = addDays(from, 6) === until
  return isWeek
    ? await buildDigestPage(['weekly', until < today ? until : today], viewer, deps)
    : describeUnknown(words, today)
}

/** @param about the kind, and the last day of the period */
export async function buildDigestPage(
  [kind = '', day = '']: readonly string[],
  { now, channels }: Viewer,
  deps: CommandDeps,
): Promise<Reply> {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day))
  if ((kind !== 'daily' && kind !== 'weekly') || !isDay || day > dayOf(now, deps.timeZone))
    return describeGone()
  const whole = spanBefore(addDays(day, 1), kind === 'daily' ? 1 : 7, deps.timeZone)
  const other: DigestKind = kind === 'daily' ? 'weekly' : 'daily'
  const reply = toAsker(
    ...(await makeDigest(kind, whole, now, deps, channels)),
    pageButtons(
      pageValue('digest', kind, day),
      pageButton(kind === 'daily' ? 'The last 7 days' : 'That day', pageValue('digest', other, day)),
      pageButton('The day before', pageValue('digest', 'daily', addDays(day, -1))),
      pageButton('Latest uploads', pageValue('recent', '')),
    ),
  )
  return { ...reply, rest: ALL_FILES }
}

/** The digest for a channel that the operator configured; it covers the files of all channels. */
export async function describeDueDigest(
  kind: DigestKind,
  period: Span,
  now: Date,
  deps: DigestDeps,
): Promise<Reply> {
  const { timeZone } = deps
  const day = dayOf(new Date(period.until.getTime() - 1), timeZone)
  return {
    visibility: 'channel',
    rest: ALL_FILES,
    parts: [
      ...(await makeDigest(kind, period, now, deps)),
      {
        kind: 'buttons',
        buttons: [
          pageButton('Latest uploads', pageValue('recent', '')),
          ...(kind === 'daily' ? [pageButton('The last 7 days', pageValue('digest', 'weekly', day))] : []),
        ],
      },
    ],
  }
}

async function makeDigest(
  kind: DigestKind,
  period: Span,
  now: Date,
  { models, timeZone }: DigestDeps,
  channels?: ReadonlySet<string>,
): Promise<ReplyPart[]> {
  const { spans, labels } = trendOf(kind, period, timeZone)
  const [summary, stale] = await Promise.all([
    summarisePeriod(models, period, spans, channels),
    findStaleCount(models),
  ])
  const isSoFar = period.until > now && period.from >= startOfDay(dayOf(now, timeZone), timeZone)
  return describeDigest({ kind, period, isSoFar, timeZone, summary, labels, stale })
}

/** One line, and the nearest digest as a button. */
function describeUnknown(words: string, today: string): Reply {
  return toAsker(
    {
      kind: 'headline',
      text: `There is no summary of "${brief(words, MAX_LETTERS)}". A summary is of a day or a week until today.`,
    },
    { kind: 'buttons', buttons: [pageButton('The last 7 days', pageValue('digest', 'weekly', today))] },
  )
}
