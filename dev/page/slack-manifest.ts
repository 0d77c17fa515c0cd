import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'

/** The app's features by its manifest. */
export interface AppFeatures {
  readonly commands: readonly string[]
  /** Forms of the commands, for completion. */
  readonly completions: readonly { readonly text: string; readonly hint: string }[]
  readonly messageShortcuts: readonly Shortcut[]
  readonly globalShortcuts: readonly Shortcut[]
}

interface Shortcut {
  readonly name: string
  readonly callbackId: string
}

interface Manifest {
  readonly features: {
    readonly shortcuts: readonly {
      readonly name: string
      readonly type: string
      readonly callback_id: string
    }[]
    readonly slash_commands: readonly {
      readonly command: string
      readonly description: string
      readonly usage_hint: string
    }[]
  }
}

const MANIFEST = new URL('../../manifest.yml', import.meta.url)
/** Slack's own command, for channels without the bot. */
const INVITE = { text: '/invite @Customer Uploads', hint: 'Add the app to this channel' }
const MENTION = { text: '@Customer Uploads', hint: 'Ask the app; only you see the answer' }

export async function readAppFeatures(): Promise<AppFeatures> {
  const { features }: Manifest = parse(await readFile(MANIFEST, 'utf8'))
  const shortcuts = (type: string) =>
    features.shortcuts
      .filter((one) => one.type === type)
      .map(({ name, callback_id }) => ({ name, callbackId: callback_id }))
  return {
    commands: features.slash_commands.map(({ command }) => command),
    completions: [
      ...features.slash_commands.flatMap(({ command, description, usage_hint }) => [
        { text: command, hint: description },
        ...usage_hint.split(' | ').map((form) => ({ text: `${command} ${form}`, hint: '' })),
      ]),
      INVITE,
      MENTION,
    ],
    messageShortcuts: shortcuts('message'),
    globalShortcuts: shortcuts('global'),
  }
}
