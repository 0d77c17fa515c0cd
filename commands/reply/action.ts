import type { CommandDeps, PersonRequest } from './command.ts'
import type { Reply } from './reply.ts'

/** A pressed button or chosen option. */
export interface ActionInput extends PersonRequest {
  /** The button's or option's value. It comes over the network and is checked first. */
  readonly value: string
}

/** Where a button works, and its uploads. */
export interface ActionScope {
  /**
   * `everywhere` includes the App Home and modals. There it acts in the channel of its uploads, if the person
   * is in that channel.
   */
  readonly surfaces: 'channels' | 'everywhere'
  /** Numbers of the uploads; none for a button about a customer. */
  readonly uploads: readonly number[]
}

export interface ActionDefinition {
  /** As in `Button.action` and in a menu's `action`. */
  readonly name: string
  /** @param value the button's value; it comes over the network */
  readonly scopeOf: (value: string) => ActionScope
  /** The reply replaces the message with the button, if only this person sees that message. */
  readonly replacesQuestion?: true
  /** Executes a confirmed question: in a modal it is the submit button. */
  readonly confirms?: true
  /** @throws driver errors */
  run(input: ActionInput, deps: CommandDeps): Promise<Reply>
}

const IN_CHANNELS: ActionScope = { surfaces: 'channels', uploads: [] }

/** The scope of a button that needs a channel, for any value. */
export const onlyInChannels = (): ActionScope => IN_CHANNELS

/** The scope of a button whose value is one or several upload numbers: `42`, `42:41`. */
export function everywhereForUploads(value: string): ActionScope {
  const numbers = value.split(':')
  if (!numbers.every((number) => /^\d{1,9}$/.test(number))) return IN_CHANNELS
  return { surfaces: 'everywhere', uploads: numbers.map(Number) }
}

/** The scope of a button about customers: members of any of the bot's channels may look them up. */
export const everywhereForCustomers = (): ActionScope => ({ surfaces: 'everywhere', uploads: [] })
