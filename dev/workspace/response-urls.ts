import { type EmulatedSlack, showMessage } from '../slack/index.ts'
import type { Aside } from './asides.ts'
import type { ShownView } from './workspace-contract.ts'

/** One message to a response_url. */
export interface Answer {
  readonly visibility: 'asker' | 'channel'
  readonly text: string
  readonly blocks?: readonly unknown[]
  /** `ts` of its thread, if it was posted in one. */
  readonly thread?: string
  /** The modal, if it was shown in one. */
  readonly window?: ShownView
}

/** The messages to one response_url. */
export interface Answers {
  readonly url: string
  /** Waits for the first message; none if it does not come in time. */
  wait(timeoutMs: number, findWindow?: () => ShownView | undefined): Promise<readonly Answer[]>
}

/** The place, the person, and the typed or pressed request. */
export type Question = Required<Pick<Aside, 'channel' | 'user' | 'asked'>> & Pick<Aside, 'thread'>

interface Slot extends Question {
  readonly answers: Answer[]
  readonly openedAt: number
  uses: number
}

// https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
const MAX_USES = 5
const OPEN_MS = 30 * 60_000
/** A fault can hold a call up after its answer was recorded. */
const LOOK_EVERY_MS = 50

/** Serves response_urls: records ephemeral replies, and posts public ones. */
export function collectAnswers(
  { front, strict }: Pick<EmulatedSlack, 'front' | 'strict'>,
  postInChannel: (channel: string, text: string, blocks: unknown) => Promise<void>,
  post: (aside: Aside) => void,
): {
  open(question: Question): Answers
  /**
   * Matches an ephemeral message in a thread with a request of the person there: first with one that has no
   * reply yet.
   */
  receive(aside: Aside): Aside
} {
  const slots = new Map<string, Slot>()
  let last = 0

  front.use(async (call, next) => {
    const id = /^\/responses\/(\d+)$/.exec(call.path)?.[1]
    if (id === undefined) return next(call)
    const slot = slots.get(id)
    if (slot === undefined || slot.uses >= MAX_USES) return refuse('used_url', 404)
    if (Date.now() - slot.openedAt > OPEN_MS) return refuse('expired_url', 404)
    slot.uses += 1
    const message: { text?: string; blocks?: unknown[]; response_type?: string } = JSON.parse(
      call.body.toString(),
    )
    const refusal = strict.checkAnswer(message)
    if (refusal) return refuse(refusal.error, 400)
    const visibility = message.response_type === 'in_channel' ? 'channel' : 'asker'
    if (visibility === 'channel') await postInChannel(slot.channel, message.text ?? '', message.blocks)
    const answer = { text: message.text ?? '', ...(message.blocks && { blocks: message.blocks }) }
    slot.answers.push({ visibility, ...answer })
    const { channel, user, asked } = slot
    if (visibility === 'asker') post({ channel, user, asked, at: new Date(), ...answer })
    return Response.json({ ok: true })
  })

  return {
    receive(aside) {
      const isRequested = ({ channel, user, thread }: Slot) =>
        thread !== undefined && thread === aside.thread && channel === aside.channel && user === aside.user
      const asked = [...slots.values()].filter(isRequested)
      const slot = asked.find(({ answers }) => answers.length === 0) ?? asked.at(-1)
      if (!slot) return aside
      const { text, blocks, thread } = aside
      slot.answers.push({ visibility: 'asker', text, ...(blocks && { blocks }), ...(thread && { thread }) })
      return { ...aside, asked: slot.asked }
    },
    open(question) {
      last += 1
      const slot: Slot = { ...question, answers: [], openedAt: Date.now(), uses: 0 }
      slots.set(String(last), slot)
      return {
        url: `${front.url}/responses/${last}`,
        async wait(timeoutMs, findWindow = () => undefined) {
          const deadline = Date.now() + timeoutMs
          for (;;) {
            const window = slot.answers.length === 0 ? findWindow() : undefined
            if (window) slot.answers.push(describeWindow(window))
            const leftMs = deadline - Date.now()
            if (slot.answers.length > 0 || leftMs <= 0) return slot.answers
            await front.nextCall(Math.min(leftMs, LOOK_EVERY_MS))
          }
        },
      }
    },
  }
}

const refuse = (error: string, status: number): Response => Response.json({ ok: false, error }, { status })

/** Mentions keep their written form. */
function describeWindow(window: ShownView): Answer {
  const { blocks } = window
  const text = showMessage({ text: '', blocks }, { nameOf: (user) => `<@${user}>`, timeZone: 'UTC' })
  return { visibility: 'asker', text, blocks, window }
}
