import { formatCount } from '../../../commands/reply/index.ts'
import type { FileUpload, Models } from '../../../models/index.ts'
import { print, replaceLine } from '../../terminal/index.ts'
import type { UploadListener } from '../../uploads/lease/index.ts'

interface SwitchListener extends UploadListener {
  /** Shows the number of phones processed, of so many records. */
  looked(phones: number, records: number): void
  /** Called while the switch waits in the queue. */
  stillQueued(models: Models, upload: FileUpload): Promise<void>
  close(): void
}

/** Milliseconds between lines when the output is a file. */
const PRINT_EVERY_MS = 10_000

/** Shows a switch in a terminal: one changing line on a screen, else a line every few seconds. */
export function createSwitchListener(stderr: NodeJS.WriteStream): SwitchListener {
  let printedAt = Date.now()
  let isLineOpen = false
  let isWaitPrinted = false

  function showProgress(line: string): void {
    if (stderr.isTTY) replaceLine(stderr, line)
    else if (Date.now() - printedAt >= PRINT_EVERY_MS) print(stderr, line)
    else return
    printedAt = Date.now()
    isLineOpen = stderr.isTTY
  }

  return {
    async queued() {},
    async progress(_upload, { rows }) {
      showProgress(`${formatCount(rows)} phones done`)
    },
    async waiting(_upload, why) {
      print(stderr, `${why} Waiting. You can stop with Ctrl-C; nothing is lost.`)
    },
    async asked() {},
    async finished() {},
    looked(phones, records) {
      showProgress(`Checking: ${formatCount(phones)} phones, ${formatCount(records)} records in total`)
    },
    async stillQueued(models, { _id }) {
      if (isWaitPrinted) return
      const before = await models.fileUploads.collection.findOne<FileUpload>({
        _id: { $ne: _id },
        $or: [{ status: 'running' }, { status: 'queued', started_at: { $exists: true } }],
      })
      if (!before) return
      isWaitPrinted = true
      print(
        stderr,
        `Waiting for upload #${before.number}, which started earlier. Check that the bot is running.`,
      )
    },
    close() {
      if (isLineOpen) replaceLine(stderr, '')
      isLineOpen = false
    },
  }
}
