import type { CommandDeps } from './command.ts'
import type { Reply } from './reply.ts'

/** A button that was pressed, or an option that was picked, and where. */
export interface ActionInput {
  /** What the button carries, or the option's value. It came over the network: checked before anything is done. */
  readonly value: string
  readonly team: string
  readonly channel: string
  readonly user: string
  readonly now: Date
  /** Says something before the answer, where that takes a while. Never fails: what counts is the answer. */
  readonly tell?: (reply: Reply) => Promise<void>
}

export interface ActionDefinition {
  /** As in `Button.action` and in a menu's `action`. */
  readonly name: string
  /**
   * Where it may be pressed outside of a channel, in the App Home or a window: the numbers of the uploads it is about. It
   * then happens in their channel, if the person is in that. Undefined: only in a channel.
   */
  readonly uploadsOf?: (value: string) => readonly number[] | undefined
  /** The answer takes the place of the message with the button, where only the person who pressed it sees that. */
  readonly replacesQuestion?: true
  /** @throws AppError database_unavailable, database_failed */
  run(input: ActionInput, deps: CommandDeps): Promise<Reply>
}
