import { withTemporaryFile } from '../../src/private-files/index.ts'
import { watchForgetting } from '../../src/uploads/forget/index.ts'
import type { CommandDeps, PrivateFile } from '../reply/index.ts'

/**
 * Writes a file and sends it to one person. Nothing stays on disk.
 * @param write resolves with false if there is nothing to send
 * @returns the result as a sentence; undefined if nothing was sent
 */
export async function sendWritten(
  { models, sendPrivateFile }: CommandDeps,
  user: string,
  file: Omit<PrivateFile, 'path' | 'isOutdated'>,
  write: (path: string) => Promise<boolean>,
): Promise<string | undefined> {
  if (!sendPrivateFile) return 'The file can only be sent to people in Slack.'
  const isOutdated = await watchForgetting(models)
  return await withTemporaryFile(async (path) => {
    if (!(await write(path))) return undefined
    const { refused, outdated } = await sendPrivateFile(user, { ...file, path, isOutdated })
    if (outdated)
      return `A person was forgotten while ${file.name} was written, so it was not sent. Ask again for a new file.`
    return refused === undefined
      ? `${file.name} was sent to you as a direct message. Only you can see it.`
      : `Slack did not deliver ${file.name} to you (${refused}). Tell the person who runs the bot.`
  })
}
