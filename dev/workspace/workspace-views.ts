import {
  collectViews,
  type Delivery,
  type DeliveryOutcome,
  deliverOnce,
  describeGlobalShortcut,
  describeHomeOpened,
  describeMemberJoined,
  describeMemberLeft,
  describeSubmission,
  describeViewAction,
  type EmulatedSlack,
  type EmulatedViews,
  fillFileFields,
  formOf,
  isAccepted,
} from '../slack/index.ts'
import type { WorkspaceViews } from './workspace-contract.ts'
import { createPeople } from './workspace-people.ts'

interface WorkspaceViewsDeps {
  readonly slack: EmulatedSlack
  readonly toDelivery: (contentType: Delivery['contentType'], body: string, what: string) => Delivery
  readonly userId: (person: string) => string
  readonly channelId: (channel: string) => string
}

interface SubmissionBody {
  readonly response_action?: string
  readonly view?: unknown
  readonly errors?: Readonly<Record<string, string>>
}

const SHOWN_WITHIN_MS = 10_000

/** What people do outside messages: the App Home, modals, shortcuts, inviting the bot. */
export function createWorkspaceViews(
  deps: WorkspaceViewsDeps,
): WorkspaceViews & { readonly triggers: Pick<EmulatedViews, 'newTrigger' | 'filledBy'> } {
  const { slack, userId, channelId } = deps
  const views = collectViews(slack)
  const people = createPeople(slack)

  const send = (contentType: Delivery['contentType'], body: string, what: string): Promise<DeliveryOutcome> =>
    deliverOnce(deps.toDelivery(contentType, body, what))
  const sendEvent = (payload: Readonly<Record<string, unknown>>) =>
    send('application/json', JSON.stringify(payload), 'an event')
  const sendForm = (payload: Readonly<Record<string, unknown>>) =>
    send('application/x-www-form-urlencoded', formOf(payload), String(payload.type))

  return {
    triggers: views,

    home: (person) => views.home(userId(person)),

    async openHome(person, { timeoutMs = SHOWN_WITHIN_MS } = {}) {
      const user = userId(person)
      const before = views.count(user, 'publish')
      await sendEvent(describeHomeOpened(slack, user, 'home'))
      return await views.waitFor(user, 'publish', before, timeoutMs)
    },

    async actInView(person, view, input, { typed, picks, timeoutMs = SHOWN_WITHIN_MS } = {}) {
      const user = userId(person)
      const before = views.count(user, 'update')
      const trigger = await views.newTrigger(person)
      await sendForm(describeViewAction(slack, user, view, input, typed, trigger, picks))
      return await views.waitFor(user, 'update', before, timeoutMs)
    },

    async openShortcut(person, callbackId, { timeoutMs = SHOWN_WITHIN_MS } = {}) {
      const user = userId(person)
      const before = views.count(user, 'open')
      const trigger = await views.newTrigger(person)
      await sendForm(describeGlobalShortcut(slack, user, callbackId, trigger))
      return await views.waitFor(user, 'open', before, timeoutMs)
    },

    async submit(person, view, typed, { picks, files, timeoutMs = SHOWN_WITHIN_MS, onAcknowledged } = {}) {
      const user = userId(person)
      const before = views.count(user, 'update')
      const trigger = await views.newTrigger(person)
      const sent = describeSubmission(slack, user, view, typed, trigger, picks)
      await views.whileSubmitting(async () => {
        const state = {
          values: await fillFileFields(slack, person, view.blocks, sent.view.state.values, files),
        }
        const outcome = await sendForm({ ...sent, view: { ...sent.view, state } })
        const isEmpty = !isAccepted(outcome) || outcome.body === ''
        const answer: SubmissionBody = isEmpty ? {} : JSON.parse(outcome.body)
        const { response_action: action, errors } = answer
        onAcknowledged?.({ status: outcome.status, ...(action && { action }), ...(errors && { errors }) })
        if (answer.response_action === 'update') await views.apply(view, answer.view)
      })
      return await views.waitFor(user, 'update', before, timeoutMs)
    },

    shownWindow: (id) => views.window(id),
    windows: (person) => views.windows(userId(person)),

    async inviteBot(person, channel) {
      const id = channelId(channel)
      await slack.callAs(person, 'conversations.invite', { channel: id, users: slack.botUserId })
      return await sendEvent(describeMemberJoined(slack, id, slack.botUserId, userId(person)))
    },

    announceJoined: (channel, member = slack.botUserId) =>
      sendEvent(describeMemberJoined(slack, channelId(channel), member, userId(slack.host))),

    async leave(person, channel, { announce = true } = {}) {
      const id = channelId(channel)
      await slack.callAs(person, 'conversations.leave', { channel: id })
      return announce ? await sendEvent(describeMemberLeft(slack, id, userId(person))) : undefined
    },

    async changeRole(person, role, { announce = true } = {}) {
      const user = userId(person)
      people.setRole(user, role)
      return announce ? await sendEvent(await people.describeChange(user)) : undefined
    },
  }
}
