import { setTimeout as sleep } from 'node:timers/promises'
import type { ActionInput, Message, ShownView, Workspace } from '../workspace/index.ts'
import { type Picks, SUBMIT } from './demo-controls.ts'

/** What people do in the demo outside messages. Undefined if nothing came in time. */
interface DemoViews {
  openHome(person: string): Promise<ShownView | undefined>
  /** Types text into the search modal. */
  lookUp(person: string, text: string): Promise<ShownView | undefined>
  /** Presses a control in the App Home or a modal. */
  press(person: string, view: ShownView, control: ActionInput, picks?: Picks): Promise<ShownView | undefined>
  /** Invites the bot to a channel; resolves with its greeting. */
  invite(person: string, channel: string): Promise<Message | undefined>
}

const LOOK_MS = 50
const LOOKUP = 'lookup_customer'
const REFRESH = /^refresh_home\b/

export function createDemoViews(workspace: Workspace, timeoutMs: number): DemoViews {
  const messagesIn = async (channel: string) =>
    (await workspace.messages(channel)).filter(({ user }) => user === workspace.botUserId)

  return {
    openHome: (person) => workspace.openHome(person, { timeoutMs }),
    async lookUp(person, text) {
      const window = await workspace.openShortcut(person, LOOKUP, { timeoutMs })
      return window && (await workspace.submit(person, window, text, { timeoutMs }))
    },
    async press(person, view, control, picks = {}) {
      if (control.action === SUBMIT) return await workspace.submit(person, view, '', { picks, timeoutMs })
      if (REFRESH.test(control.action)) return await workspace.openHome(person, { timeoutMs })
      return await workspace.actInView(person, view, control, { picks, timeoutMs })
    },
    async invite(person, channel) {
      const before = (await messagesIn(channel)).length
      await workspace.inviteBot(person, channel)
      for (const end = Date.now() + timeoutMs; Date.now() < end; await sleep(LOOK_MS)) {
        const message = (await messagesIn(channel))[before]
        if (message) return message
      }
      return undefined
    },
  }
}
