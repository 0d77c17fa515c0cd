import type { App, GlobalShortcut, ViewSubmitAction } from '@slack/bolt'
import {
  describeWindow,
  FILE_WINDOW,
  FORM_WINDOW,
  LOOKUP_WINDOW,
  ONE_MOMENT,
  QUESTION_WINDOW,
  SHOW_WINDOW,
} from '../windows/index.ts'
import type { BackgroundWork } from './background-work.ts'
import { answerSentForm } from './form-handler.ts'
import { answerGivenFile } from './preview-window.ts'
import type { ViewHandlerDeps } from './view-door.ts'
import { answerGlobalShortcut, answerLookup, answerQuestion } from './view-handler.ts'

/**
 * Registers everything that happens outside channels. Nothing is awaited, so that Slack gets its
 * acknowledgement at once.
 * @param inBackground runs the work, with the log message for a failure
 */
export function registerHome(app: App, deps: ViewHandlerDeps, inBackground: BackgroundWork['run']): void {
  const { home } = deps

  app.event('app_home_opened', async ({ event }) => {
    if (event.tab !== 'home') return
    inBackground('App Home not shown', () => home.opened({ user: event.user, team: deps.teamId() }))
  })

  app.shortcut<GlobalShortcut>({ type: 'shortcut' }, async ({ ack, shortcut }) => {
    await ack()
    inBackground('shortcut not answered', () => answerGlobalShortcut(shortcut, deps))
  })

  app.view<ViewSubmitAction>(
    { callback_id: LOOKUP_WINDOW, type: 'view_submission' },
    async ({ ack, body }) => {
      await ack({ response_action: 'update', view: describeWindow(LOOKUP_WINDOW, ONE_MOMENT) })
      inBackground('shortcut not answered', () => answerLookup(body, deps))
    },
  )

  app.view<ViewSubmitAction>({ callback_id: FORM_WINDOW, type: 'view_submission' }, async ({ ack, body }) => {
    await ack({ response_action: 'update', view: describeWindow(SHOW_WINDOW, ONE_MOMENT) })
    inBackground('form not answered', () => answerSentForm(body, deps))
  })

  app.view<ViewSubmitAction>({ callback_id: FILE_WINDOW, type: 'view_submission' }, async ({ ack, body }) => {
    await ack({ response_action: 'update', view: describeWindow(SHOW_WINDOW, ONE_MOMENT) })
    inBackground('file not taken', () => answerGivenFile(body, deps))
  })

  app.view<ViewSubmitAction>(
    { callback_id: QUESTION_WINDOW, type: 'view_submission' },
    async ({ ack, body }) => {
      await ack({ response_action: 'update', view: describeWindow(SHOW_WINDOW, ONE_MOMENT) })
      inBackground('question not answered', () => answerQuestion(body, deps))
    },
  )
}
