import { watchForgetting } from '../../src/uploads/forget/index.ts'
import { withTemporaryFile } from '../../src/with-temporary-file.ts'
import type { CommandDeps, PrivateFile } from '../reply/index.ts'

/**
 * Writes a file and hands it to one person alone. Nothing of it stays on disk.
 * @param write resolves with false where there is nothing worth sending
 * @returns what became of it, as a sentence; undefined where nothing was sent
 */
export async function sendWritten(
  { models, sendPrivateFile }: CommandDeps,
  user: string,
  file: Omit<PrivateFile, 'path' | 'isOutdated'>,
  write: (path: string) => Promise<boolean>,
): Promise<string | undefined> {
  if (!sendPrivateFile) return 'The file itself can only be sent to people in Slack.'
  const isOutdated = await watchForgetting(models)
  return await withTemporaryFile(async (path) => {
    if (!(await write(path))) return undefined
    const { refused, outdated } = await sendPrivateFile(user, { ...file, path, isOutdated })
    if (outdated)
      return `Somebody was forgotten while I wrote ${file.name}, so I did not send it: ask me again for a new one.`
    return refused === undefined
      ? `I sent you ${file.name} as a direct message: only you see it.`
      : `Slack did not let me send you ${file.name} (${refused}): tell whoever runs the bot.`
  })
}
