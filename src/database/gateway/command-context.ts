import type { Command } from './command.ts'
import type { CursorStore } from './cursors.ts'
import type { Engine } from './engine.ts'

/** What a command may use beside its request. */
export interface CommandContext {
  readonly engine: Engine
  readonly cursors: CursorStore
  /** The client's connection, numbered from 1. */
  readonly connection: number
  readonly server: ServerFacts
}

interface ServerFacts {
  /** The engine's version. */
  readonly engineVersion: string
  readonly startedAt: Date
  readonly openConnections: () => number
  readonly connectionsSoFar: () => number
}

/** Answers one command with the bytes of one BSON document. A thrown error becomes the client's error. */
export type CommandHandler = (command: Command, context: CommandContext) => Promise<Buffer> | Buffer
export type CommandTable = Readonly<Record<string, CommandHandler>>
