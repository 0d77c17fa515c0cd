import { expect } from 'vitest'
import type { ShownView } from '../../dev/workspace/workspace.ts'
import type { PlayedBot } from './play-workspace.ts'

const LONG = { timeout: 45_000 }

/** Files that people submit in the bot's modal, and their import. */
export interface PrivateFiles {
  /** The modal, once it accepts a file. */
  open(person: string): Promise<ShownView>
  /** @returns the modal's next content */
  give(person: string, text: string, name?: string): Promise<ShownView | undefined>
  /** Submits a file and waits for its preview. @returns the conversation of the preview */
  preview(number: number, person: string, text: string): Promise<string>
  /** Presses Import. @returns the modal that asks for the channel */
  askChannel(number: number, person: string): Promise<ShownView>
  waitFor(number: number, status: string): Promise<void>
  /** Waits until an upload's last message is posted. */
  waitForReceipt(number: number): Promise<void>
}

export function playPrivateFiles(bot: PlayedBot): PrivateFiles {
  const { workspace } = bot
  const files: PrivateFiles = {
    async open(person) {
      const opened = await workspace.openShortcut(person, 'preview_upload')
      if (!opened) throw new Error('no window')
      await expect.poll(() => workspace.shownWindow(opened.id)?.callbackId, LONG).toMatch(/^file:/)
      return workspace.shownWindow(opened.id) ?? opened
    },
    async give(person, text, name = 'private.csv') {
      const view = await files.open(person)
      const file = await workspace.upload(person, { name, bytes: new TextEncoder().encode(text) })
      return await workspace.submit(person, view, '', { files: [file] })
    },
    async preview(number, person, text) {
      await files.give(person, text)
      await files.waitFor(number, 'held')
      await files.waitForReceipt(number)
      return await workspace.openDirectMessage(person)
    },
    async askChannel(number, person) {
      const direct = await workspace.openDirectMessage(person)
      const pressed = { action: 'approve_upload:0', value: String(number) }
      const { answers } = await workspace.act(person, direct, pressed)
      const window = answers[0]?.window
      if (!window) throw new Error(`no window: ${JSON.stringify(answers)}`)
      return window
    },
    async waitFor(number, status) {
      await expect.poll(async () => (await bot.upload(number)).status, LONG).toBe(status)
    },
    async waitForReceipt(number) {
      await expect.poll(async () => (await bot.upload(number)).receipt.due, LONG).toBe(false)
    },
  }
  return files
}
