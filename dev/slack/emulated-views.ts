import type { ShownView } from '../workspace/index.ts'
import type { EmulatedSlack } from './emulated-slack.ts'

/** What the bot showed in App Homes and modals, per person. */
export interface EmulatedViews {
  /** A trigger as in a click: one use, three seconds, or already expired. */
  newTrigger(person: string, options?: { readonly isExpired?: boolean }): Promise<string>
  /** The content of the modal opened with a trigger, after it was filled. */
  filledBy(trigger: string): ShownView | undefined
  home(user: string): ShownView | undefined
  /** The last content of a modal. */
  window(id: string): ShownView | undefined
  /** A person's modals, oldest first, with their current content. */
  windows(user: string): ShownView[]
  /** How often something was shown, to detect new content. */
  count(user: string, call: ViewCall): number
  /** Waits for the next view. Undefined if it does not come in time. */
  waitFor(user: string, call: ViewCall, after: number, timeoutMs: number): Promise<ShownView | undefined>
  /** Slack shows the acknowledgement's view before later ones. */
  whileSubmitting<T>(work: () => Promise<T>): Promise<T>
  /** Applies the view of an acknowledgement to a modal. */
  apply(view: ShownView, update: unknown): Promise<void>
}

type ViewCall = 'publish' | 'open' | 'update'

interface Shown {
  readonly user: string
  readonly call: ViewCall
  readonly view: ShownView
}

interface ViewAnswer {
  readonly ok: boolean
  readonly view?: {
    readonly id: string
    readonly type: string
    readonly callback_id?: string
    readonly title?: { readonly text?: string }
    readonly submit?: { readonly text?: string }
    readonly close?: { readonly text?: string }
    readonly blocks: readonly unknown[]
  }
}

/** A fault can hold a call up after its view was recorded. */
const LOOK_EVERY_MS = 50

/** The emulator stores views but cannot return them, so they are recorded as they pass the front. */
export function collectViews(slack: EmulatedSlack): EmulatedViews {
  const shown: Shown[] = []
  const triggers = new Map<string, string>()
  const owners = new Map<string, string>()
  const expired = new Set<string>()
  /** Id of the modal, by its trigger. */
  const openedBy = new Map<string, string>()
  let submitting: Promise<unknown> = Promise.resolve()

  slack.front.use(async (call, next) => {
    const [, name] = /^\/api\/views\.(publish|open|update)/.exec(call.path) ?? []
    if (name === undefined) return await next(call)
    const args = new URLSearchParams(call.body.toString())
    const trigger = args.get('trigger_id') ?? ''
    if (name === 'open' && expired.has(trigger))
      return Response.json({ ok: false, error: 'expired_trigger_id' })
    if (name === 'update') await submitting
    const answer = await next(call)
    const body: ViewAnswer = JSON.parse(await answer.clone().text())
    if (body.ok && body.view) {
      const user = args.get('user_id') ?? triggers.get(trigger) ?? owners.get(body.view.id) ?? ''
      if (name === 'open') openedBy.set(trigger, body.view.id)
      owners.set(body.view.id, user)
      shown.push({ user, call: name as ViewCall, view: toShown(body.view) })
    }
    return answer
  })

  const of = (user: string, call: ViewCall) => shown.filter((one) => one.user === user && one.call === call)

  return {
    async newTrigger(person, { isExpired = false } = {}) {
      const user = slack.people.get(person) ?? ''
      const { trigger_id } = await slack.callAs<{ trigger_id: string }>(person, 'views.generateTriggerId', {
        user_id: user,
      })
      triggers.set(trigger_id, user)
      if (isExpired) expired.add(trigger_id)
      return trigger_id
    },
    filledBy(trigger) {
      const id = openedBy.get(trigger)
      return shown.findLast(({ call, view }) => call === 'update' && view.id === id)?.view
    },
    home: (user) => of(user, 'publish').at(-1)?.view,
    window: (id) => shown.findLast(({ view }) => view.id === id)?.view,
    windows: (user) => {
      const theirs = shown.filter((one) => one.user === user && one.call !== 'publish')
      return [...new Map(theirs.map(({ view }) => [view.id, view])).values()]
    },
    count: (user, call) => of(user, call).length,
    async waitFor(user, call, after, timeoutMs) {
      const end = Date.now() + timeoutMs
      for (;;) {
        const found = of(user, call)[after]
        const leftMs = end - Date.now()
        if (found || leftMs <= 0) return found?.view
        await slack.front.nextCall(Math.min(leftMs, LOOK_EVERY_MS))
      }
    },
    async whileSubmitting(work) {
      const done = work()
      submitting = done.catch(() => {})
      return await done
    },
    async apply({ id }, update) {
      const { view } = await slack.callAs<{ view: NonNullable<ViewAnswer['view']> }>(
        slack.host,
        'views.update',
        { view_id: id, view: update },
      )
      shown.push({ user: owners.get(id) ?? '', call: 'open', view: toShown(view) })
    },
  }
}

function toShown(view: NonNullable<ViewAnswer['view']>): ShownView {
  const { id, type, callback_id = '', title, submit, close, blocks } = view
  return {
    id,
    type: type === 'home' ? 'home' : 'modal',
    callbackId: callback_id,
    ...(title?.text !== undefined && { title: title.text }),
    ...(submit?.text !== undefined && { submit: submit.text }),
    ...(close?.text !== undefined && { close: close.text }),
    blocks,
  }
}
