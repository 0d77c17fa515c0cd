import type { ModalView } from '@slack/types'
import type { WebClient } from '@slack/web-api'
import { SEARCH_CUSTOMER } from '../../../commands/home/index.ts'
import type { Reply } from '../../../commands/reply/index.ts'
import { AppError } from '../../errors.ts'
import type { ReplySender } from '../messages/index.ts'
import {
  BLOCK_LIMITS,
  NONE_NATIVE,
  plainText,
  renderBlocks,
  renderSearchField,
  type SlackBlock,
} from '../render/index.ts'
import { repeatCall, toSlackError } from '../transport/index.ts'

/** A window with a field to look the next customer up with; it is also the name of the shortcut that opens it. */
export const LOOKUP_WINDOW = 'lookup_customer'
/** A window that only shows. */
export const SHOW_WINDOW = 'show'
export type WindowKind = typeof LOOKUP_WINDOW | typeof SHOW_WINDOW

/** Windows (modals) one person has open. They carry nothing but what they show: there is nothing to tamper with. */
export interface Windows {
  /**
   * Opens one at once: Slack takes the trigger of a click for three seconds. Resolves with its id.
   * @throws AppError slack_refused (the trigger is too old, …), slack_unavailable
   */
  open(trigger: string, kind: WindowKind, reply: Reply): Promise<string>
  /** @throws AppError slack_refused (it was closed), slack_unavailable */
  update(id: string, kind: WindowKind, reply: Reply): Promise<void>
}

export const ONE_MOMENT: Reply = { visibility: 'asker', parts: [{ kind: 'text', text: 'One moment …' }] }

/** Whoever waits looks at an open window. */
const UPDATE_WITHIN_MS = 10_000

/** @param client of its own, so that no other call stands in the way of a window */
export function createWindows(client: WebClient, sender: ReplySender): Windows {
  return {
    async open(trigger, kind, reply) {
      try {
        const { view } = await client.views.open({ trigger_id: trigger, view: describeWindow(kind, reply) })
        if (view?.id === undefined) throw new AppError('slack_unavailable')
        return view.id
      } catch (error) {
        throw toSlackError(error)
      }
    },
    async update(id, kind, reply) {
      const update = ({ blocks }: { readonly blocks: readonly SlackBlock[] }) =>
        repeatCall(() => client.views.update({ view_id: id, view: frameWindow(kind, blocks) }), {
          withinMs: UPDATE_WITHIN_MS,
        })
      await sender.send(reply, update, { surface: 'view' })
    },
  }
}

/** A window of blocks Slack takes everywhere: where there is no second try. */
export function describeWindow(kind: WindowKind, reply: Reply): ModalView {
  return frameWindow(kind, renderBlocks(reply, { surface: 'view', native: NONE_NATIVE }).blocks)
}

function frameWindow(kind: WindowKind, blocks: readonly SlackBlock[]): ModalView {
  const hasField = kind === LOOKUP_WINDOW
  const field = renderSearchField('Customer', 'Phone, name, e-mail or loan ID', SEARCH_CUSTOMER, false)
  return {
    type: 'modal',
    callback_id: kind,
    title: plainText(hasField ? 'Look a customer up' : 'Customer Uploads', BLOCK_LIMITS.viewTitle),
    close: plainText('Close', BLOCK_LIMITS.viewTitle),
    ...(hasField && { submit: plainText('Look up', BLOCK_LIMITS.viewTitle) }),
    blocks: [...(hasField ? [field] : []), ...blocks],
  }
}
