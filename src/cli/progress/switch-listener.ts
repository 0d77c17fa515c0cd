import { formatCount } from '../../../commands/reply/index.ts'
import type { FileUpload, Models } from '../../../models/index.ts'
import type { UploadListener } from '../../uploads/lease/index.ts'

export interface SwitchListener extends UploadListener {
  /** Phones whose records were looked at, of so many records. */
  looked(phones: number, records: number): void
  /** Called while the switch waits for its turn. */
  stillQueued(models: Models, upload: FileUpload): Promise<void>
  close(): void
}

/** Between two lines where output goes to a file. */
const SAY_EVERY_MS = 10_000

/** Shows a switch in a terminal: one line that changes, on a screen; else a line now and then. */
export function createSwitchListener(stderr: NodeJS.WriteStream): SwitchListener {
  let saidAt = Date.now()
  let isLineOpen = false
  let isWaitTold = false

  function print(line: string): void {
    if (stderr.isTTY) stderr.write(`\r${line}\u001b[K`)
    else if (Date.now() - saidAt >= SAY_EVERY_MS) stderr.write(`${line}\n`)
    else return
    saidAt = Date.now()
    isLineOpen = stderr.isTTY
  }

  return {
    async queued() {},
    async progress(_upload, { rows }) {
      print(`${formatCount(rows)} phones done`)
    },
    async waiting(_upload, why) {
      stderr.write(`${why} Waiting; Ctrl-C stops without losing anything.\n`)
    },
    async asked() {},
    async finished() {},
    looked(phones, records) {
      print(`Looking: ${formatCount(phones)} phones, ${formatCount(records)} records in all`)
    },
    async stillQueued(models, { _id }) {
      if (isWaitTold) return
      const before = await models.fileUploads.collection.findOne<FileUpload>({
        _id: { $ne: _id },
        $or: [{ status: 'running' }, { status: 'queued', started_at: { $exists: true } }],
      })
      if (!before) return
      isWaitTold = true
      stderr.write(`Waiting for upload #${before.number}, which was begun before (is the bot running?).\n`)
    },
    close() {
      if (isLineOpen) stderr.write('\r\u001b[K')
      isLineOpen = false
    },
  }
}
