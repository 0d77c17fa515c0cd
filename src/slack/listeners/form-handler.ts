import type { BlockAction, ViewSubmitAction } from '@slack/bolt'
import { answerForm, findFormChannel } from '../../../commands/columns/index.ts'
import { describeError, type Reply } from '../../../commands/reply/index.ts'
import { toAppError } from '../../errors.ts'
import { type AuthorizeDeps, authorize } from '../access/index.ts'
import { type AskDeps, FORM_TURN, readFormChoices, readFormToken, showOrAsk } from '../windows/index.ts'
import { actionName } from './action-handler.ts'

type FormDeps = AuthorizeDeps & AskDeps
type FormView = Pick<ViewSubmitAction['view'], 'id' | 'callback_id' | 'state'>

/** Handles a submitted form. */
export async function answerSentForm({ view, user }: ViewSubmitAction, deps: FormDeps): Promise<void> {
  await answerView(view, user.id, undefined, deps)
}

/** Handles a press in a form, which turns a page. Menu choices are read then. */
export async function answerFormAction(
  { view, user, actions: [pressed] }: BlockAction,
  deps: FormDeps,
): Promise<void> {
  if (!view || actionName(pressed?.action_id ?? '') !== FORM_TURN) return
  const value = pressed && 'value' in pressed ? (pressed.value ?? '') : ''
  if (/^\d{1,4}$/.test(value)) await answerView(view, user.id, Number(value), deps)
}

async function answerView(
  view: FormView,
  user: string,
  page: number | undefined,
  deps: FormDeps,
): Promise<void> {
  const token = readFormToken(view.callback_id)
  const team = deps.teamId()
  const channel = await findChannel(token, user, deps)
  const choices = readFormChoices(view.state)
  const sent = { token, choices, ...(page !== undefined && { page }) }
  const reply =
    typeof channel === 'object'
      ? channel
      : await authorize(
          { entry: 'view', name: 'columns', user, team, channel: channel ?? null },
          deps,
          (channels) =>
            answerForm(
              sent,
              { user, team, channel: channel ?? '', channels, now: new Date() },
              deps.commandDeps,
            ),
        )
  await showOrAsk({ id: view.id }, reply, { user, ...(typeof channel === 'string' && { channel }) }, deps)
  deps.log.info({ view: 'columns' }, 'form answered')
}

/** Finds the channel the form was opened in; membership is checked before anything else. */
async function findChannel(token: string, user: string, deps: FormDeps): Promise<string | undefined | Reply> {
  try {
    return await findFormChannel(token, user, deps.commandDeps)
  } catch (thrown) {
    const error = toAppError(thrown)
    deps.log.error({ view: 'columns', code: error.code, err: thrown }, 'form not answered')
    return describeError(error, error.code)
  }
}
