import { answerText } from '../../../commands/index.ts'
import type { Reply } from '../../../commands/reply/index.ts'
import { watchForgetting } from '../../uploads/forget/index.ts'
import { type AuthorizeDeps, authorize } from '../access/index.ts'
import { answerDirectly, type DirectAnswerDeps, withoutFailure } from '../answers/index.ts'
import { UNPARSED } from '../render/index.ts'
import { repeatCall } from '../transport/index.ts'
import { unescapeText } from './command-handler.ts'

/** A text to the bot: a mention in a channel, or a direct message. */
export interface WrittenText {
  readonly kind: 'mention' | 'direct'
  readonly user: string
  readonly channel: string
  readonly text: string
  readonly ts: string
  /** `ts` of the thread, if it is in one. */
  readonly thread: string | undefined
}

interface TextHandler {
  /** Replies once, however often Slack delivers the text. Never stores or logs it. */
  answer(written: WrittenText): Promise<void>
}

type TextDeps = AuthorizeDeps & DirectAnswerDeps

const ANSWER_WITHIN_MS = 10_000
const MAX_REMEMBERED = 1_000
const EVENT_NAMES = { mention: 'app_mention', direct: 'message.im' } as const

/** In a channel only the person sees the reply; in direct messages nobody else is present. */
export function createTextHandler(deps: TextDeps): TextHandler {
  const answered = new Set<string>()
  return {
    async answer(written) {
      const key = `${written.channel} ${written.ts}`
      if (answered.has(key)) return
      if (answered.size >= MAX_REMEMBERED) answered.clear()
      answered.add(key)
      await answerWritten(written, deps)
    },
  }
}

async function answerWritten(written: WrittenText, deps: TextDeps): Promise<void> {
  const { kind, user, channel } = written
  const place = { team: deps.teamId(), user, channel }
  const visitor = { entry: kind, name: EVENT_NAMES[kind], ...place } as const
  // Started before customers are read: a forget request in the meantime does not know this reply.
  const isOutdated = await watchForgetting(deps.commandDeps.models)
  const reply = await authorize(visitor, deps, (channels) =>
    answerText(
      {
        ...place,
        text: withoutMention(written.text, deps.botUserId()),
        channels,
        now: new Date(),
        post: withoutFailure((word) => post(word, written, isOutdated, deps), deps),
      },
      deps.commandDeps,
    ),
  )
  await post(reply, written, isOutdated, deps)
  deps.log.info({ event: EVENT_NAMES[kind] }, 'text answered')
}

async function post(
  reply: Reply,
  { kind, user, channel, thread }: WrittenText,
  isOutdated: () => Promise<boolean>,
  deps: TextDeps,
): Promise<void> {
  if (kind === 'direct') return await answerDirectly(reply, { channel, thread }, isOutdated, deps)
  const { client, sender } = deps
  const place = { channel, ...(thread !== undefined && { thread_ts: thread }) }
  await sender.send(reply, (rendered) =>
    repeatCall(() => client.chat.postEphemeral({ ...place, user, ...UNPARSED, ...rendered }), {
      withinMs: ANSWER_WITHIN_MS,
    }),
  )
}

/** `<@UBOT> 7417119014`, also with the mention at the end. */
function withoutMention(text: string, botUserId: string | undefined): string {
  const output =
    botUserId === undefined ? text : text.replaceAll(new RegExp(`<@${botUserId}(\\|[^>]*)?>`, 'g'), ' ')
  return unescapeText(output).trim()
}
