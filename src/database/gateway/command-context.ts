import type { Command } from './command.ts'
import type { CursorStore } from './cursors.ts'
import type { Engine } from './engine.ts'

/** What a command may use besides its own request. */
export interface CommandContext {
  readonly engine: Engine
  readonly cursors: CursorStore
  /** The client's connection, numbered from 1. */
  readonly connection: number
  readonly server: ServerFacts
}

export interface ServerFacts {
  /** The engine's version as it calls itself. */
  readonly engineVersion: string
  readonly startedAt: Date
  readonly openConnections: () => number
  readonly connectionsSoFar: () => number
}

/** Answers one command with the bytes of one BSON document. Whatever it throws becomes the error its client is told. */
export type CommandHandler = (command: Command, context: CommandContext) => Promise<Buffer> | Buffer
export type CommandTable = Readonly<Record<string, CommandHandler>>
