import { plural, type Reply } from '../../../commands/reply/index.ts'
import { describeWritten, type WrittenList } from '../../lists/index.ts'
import type { FailedRowsStore } from '../../stores/index.ts'
import { nameFailedRows } from '../../uploads/import/index.ts'
import { type FileOnceDeps, sendFileOnce } from './send-file-once.ts'
import type { SlackUpload } from './slack-upload.ts'

interface FailedRowsSenderDeps extends FileOnceDeps {
  readonly store: FailedRowsStore
  /** Writes the file to a path. */
  readonly write: (upload: SlackUpload, path: string) => Promise<WrittenList>
}

interface FailedRowsSender {
  /**
   * Posts the failed rows in the thread once; safe to repeat after a crash at any point. Resolves with the
   * reason if Slack rejects files from the bot, which is not retried.
   * @throws AppError slack_unavailable: retry later
   */
  send(upload: SlackUpload): Promise<{ readonly refused?: string }>
}

export function createFailedRowsSender(deps: FailedRowsSenderDeps): FailedRowsSender {
  const { store, write } = deps
  return {
    async send(upload) {
      if (upload.status !== 'done' || !upload.counts?.invalid) return {}
      const { thread = await store.findThread(upload), channel } = upload.source
      if (thread === undefined) return {}
      return await sendFileOnce(deps, {
        channel,
        thread,
        name: nameFailedRows(upload),
        write: async (path) => describeFile(upload, await write(upload, path)),
        record: {
          find: () => store.find(upload),
          take: (fileId, before) => store.take(upload, fileId, before),
          isOurs: (fileId) => store.isOurs(upload, fileId),
          markSent: (fileId, message) => store.markSent(upload, fileId, message),
          markRefused: (reason) => store.markRefused(upload, reason),
        },
      })
    },
  }
}

function describeFile({ counts, file }: SlackUpload, written: WrittenList): Reply {
  const rows = plural(counts?.invalid ?? 0, 'row')
  const [they, them] = counts?.invalid === 1 ? ['It is', 'it'] : ['They are', 'them']
  const text = `${rows} of ${file.name} could not be imported. ${they} in this file, with the problem and how to fix it. Correct ${them} there and share the file again.`
  const answer = [text, ...describeWritten(written)].join(' ')
  return { visibility: 'channel', parts: [{ kind: 'text', text: answer }] }
}
