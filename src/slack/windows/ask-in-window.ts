import type { ActionDefinition } from '../../../commands/actions/index.ts'
import type { Reply } from '../../../commands/reply/index.ts'
import { toAppError } from '../../errors.ts'
import type { QuestionStore } from '../../stores/index.ts'
import type { Log } from '../../uploads/lease/index.ts'
import { COUNTING, type OpenWindow, SHOW_WINDOW, type WindowKind, type Windows } from './modals.ts'

export interface AskDeps {
  readonly actions: readonly ActionDefinition[]
  readonly windows: Windows
  readonly questions: QuestionStore
  readonly log: Log
}

/** The person, the place, and the click whose trigger opens a modal. */
interface Click {
  readonly user: string
  readonly channel: string
  readonly trigger: string | undefined
}

/** A question that can be shown in a modal. */
interface WindowAsk {
  /** As in `ActionInput`. */
  readonly openWindow: () => Promise<boolean>
  /**
   * Shows the reply in the opened modal.
   * @returns false if none is open or Slack refuses it: reply in another way
   */
  show(reply: Reply): Promise<boolean>
}

/**
 * Undo, forget and import anyway ask for confirmation in a modal: Slack accepts a click's trigger for three
 * seconds.
 */
export function askInWindow({ user, channel, trigger }: Click, deps: AskDeps): WindowAsk {
  const { windows, log } = deps
  let opened: OpenWindow | undefined
  return {
    async openWindow() {
      if (trigger === undefined) return false
      try {
        opened ??= await windows.open(trigger, SHOW_WINDOW, COUNTING)
        return true
      } catch (thrown) {
        const { code, details } = toAppError(thrown)
        log.info({ code, reason: details.reason }, 'window not opened, so the question is ephemeral')
        return false
      }
    },
    async show(reply) {
      if (!opened) return false
      try {
        await showOrAsk(opened, reply, { user, channel }, deps)
        return true
      } catch (thrown) {
        const { code, details } = toAppError(thrown)
        // A closed modal needs no reply.
        if (details.reason === 'not_found') return true
        log.warn({ code, reason: details.reason }, 'window not filled')
        return false
      }
    },
  }
}

/**
 * Fills a modal: with a question and a submit button if the reply has something to confirm, else with the
 * reply.
 * @throws AppError slack_refused, slack_unavailable; driver errors
 */
export async function showOrAsk(
  window: OpenWindow,
  reply: Reply,
  asker: { readonly user: string; readonly channel?: string },
  { actions, windows, questions }: AskDeps,
  kind: WindowKind = SHOW_WINDOW,
): Promise<void> {
  if (reply.form) return await windows.showForm(window, reply.form)
  const confirms = new Set(actions.flatMap(({ name, confirms }) => (confirms ? [name] : [])))
  const answers = reply.parts
    .flatMap((part) => (part.kind === 'buttons' ? part.buttons : []))
    .filter(({ action }) => confirms.has(action))
    .map(({ label, action, value }) => ({ label, action, value }))
  if (answers.length === 0) return await windows.update(window, kind, reply)
  const token = await questions.remember({
    user: asker.user,
    ...(asker.channel !== undefined && { channel: asker.channel }),
    answers,
  })
  await windows.ask(window, { reply, token, answers })
}
