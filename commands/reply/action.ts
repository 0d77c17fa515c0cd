import type { CommandDeps } from './command.ts'
import type { Reply } from './reply.ts'

/** A button that was pressed, or an option that was picked, and where. */
export interface ActionInput {
  /** What the button carries, or the option's value. It came over the network: checked before anything is done. */
  readonly value: string
  readonly team: string
  readonly channel: string
  readonly user: string
  /** As in `CommandInput`. */
  readonly channels: ReadonlySet<string>
  readonly now: Date
  /** Says something before the answer, where that takes a while. Never fails: what counts is the answer. */
  readonly post?: (reply: Reply) => Promise<void>
  /**
   * Opens a window in which the answer will stand, as a question with what confirms it. False where there is none to be
   * had, such as for a click of more than three seconds ago: then the answer is the question. Never fails.
   */
  readonly openWindow?: () => Promise<boolean>
}

/** Where a button works, and which uploads it is about. */
export interface ActionScope {
  /** `everywhere` includes the App Home and windows. There it acts in the channel of its uploads, if the person is in that. */
  readonly surfaces: 'channels' | 'everywhere'
  /** Numbers of the uploads; none where the button is about a customer. */
  readonly uploads: readonly number[]
}

export interface ActionDefinition {
  /** As in `Button.action` and in a menu's `action`. */
  readonly name: string
  /** @param value what the button carries; it came over the network */
  readonly scopeOf: (value: string) => ActionScope
  /** The answer takes the place of the message with the button, where only the person who pressed it sees that. */
  readonly replacesQuestion?: true
  /** Does what a question was about: in a window it is what the person sends, not a button. */
  readonly confirms?: true
  /** @throws AppError database_unavailable, database_failed */
  run(input: ActionInput, deps: CommandDeps): Promise<Reply>
}

const IN_CHANNELS: ActionScope = { surfaces: 'channels', uploads: [] }

/** The scope of a button that needs its channel, whatever its value is. */
export const onlyInChannels = (): ActionScope => IN_CHANNELS

/** The scope of a button whose value is one or several upload numbers: `42`, `42:41`. */
export function everywhereForUploads(value: string): ActionScope {
  const numbers = value.split(':')
  if (!numbers.every((number) => /^\d{1,9}$/.test(number))) return IN_CHANNELS
  return { surfaces: 'everywhere', uploads: numbers.map(Number) }
}

/** The scope of a button about customers: members of any channel of the bot may look them up. */
export const everywhereForCustomers = (): ActionScope => ({ surfaces: 'everywhere', uploads: [] })
