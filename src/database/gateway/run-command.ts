import { collectionCommands } from './collection-commands.ts'
import { encodeError, readCommand } from './command.ts'
import type { CommandContext, CommandTable } from './command-context.ts'
import { cursorCommands } from './cursor-commands.ts'
import { CommandError, toCommandError } from './engine-errors.ts'
import { serverCommands } from './server-commands.ts'
import { MalformedBsonError, type WireRequest } from './wire/index.ts'
import { writeCommands } from './write-commands.ts'

const COMMANDS: CommandTable = {
  ...serverCommands,
  ...writeCommands,
  ...cursorCommands,
  ...collectionCommands,
}

/** Answers one request; never throws, because every failure is an answer too. */
export async function runCommand(request: WireRequest, context: CommandContext): Promise<Buffer> {
  try {
    const command = readCommand(request)
    const handler = Object.hasOwn(COMMANDS, command.name) ? COMMANDS[command.name] : undefined
    if (!handler) throw new CommandError(59, 'CommandNotFound', `no such command: '${command.name}'`)
    return await handler(command, context)
  } catch (error) {
    if (error instanceof MalformedBsonError)
      return encodeError(new CommandError(22, 'InvalidBSON', error.message))
    return encodeError(toCommandError(error))
  }
}
