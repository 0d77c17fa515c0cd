import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CommandDeps, PrivateFile } from './command.ts'

/**
 * Writes a file and hands it to one person alone. Nothing of it stays on disk.
 * @param write resolves with false where there is nothing worth sending
 * @returns what became of it, as a sentence; undefined where nothing was sent
 */
export async function sendWritten(
  { sendPrivateFile }: CommandDeps,
  user: string,
  file: Omit<PrivateFile, 'path'>,
  write: (path: string) => Promise<boolean>,
): Promise<string | undefined> {
  if (!sendPrivateFile) return 'The file itself can only be sent to people in Slack.'
  const folder = await mkdtemp(join(tmpdir(), 'customer-uploads-'))
  try {
    const path = join(folder, 'rows.csv')
    if (!(await write(path))) return undefined
    const { refused } = await sendPrivateFile(user, { ...file, path })
    return refused === undefined
      ? `I sent you ${file.name} as a direct message: only you see it.`
      : `Slack did not let me send you ${file.name} (${refused}): tell whoever runs the bot.`
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
