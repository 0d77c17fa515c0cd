import { Presets, SingleBar } from 'cli-progress'
import type { FileUpload, Models } from '../../../models/index.ts'
import { print } from '../../terminal/index.ts'
import type { Log, UploadListener } from '../../uploads/lease/index.ts'
import { createUploadQueue } from '../../uploads/worker/index.ts'

interface TerminalListener extends UploadListener {
  /** Called while the upload waits in the queue. */
  stillQueued(models: Models, upload: FileUpload): Promise<void>
  close(): void
}

/** Shows an import in a terminal: a progress bar on a screen, nothing in a file. */
export function createTerminalListener(stderr: NodeJS.WriteStream): TerminalListener {
  let bar: SingleBar | undefined
  let isWaitPrinted = false

  function openBar(total: number): SingleBar {
    const format = '{bar} {percentage} % | {rows} rows | {speed} rows/s | {eta_formatted} left'
    const opened = new SingleBar(
      { stream: stderr, format, clearOnComplete: true, hideCursor: true, noTTYOutput: false },
      Presets.shades_classic,
    )
    opened.start(total, 0, { rows: 0, speed: 0 })
    return opened
  }

  return {
    async queued() {},
    async progress(upload, { rows, bytesRead }) {
      if (!stderr.isTTY) return
      bar ??= openBar(upload.file.bytes ?? 0)
      const seconds = (Date.now() - (upload.started_at?.getTime() ?? Date.now())) / 1000
      bar.update(bytesRead, { rows, speed: seconds > 0 ? Math.round(rows / seconds) : 0 })
    },
    async waiting(_upload, why) {
      print(stderr, `${why} Waiting. You can stop with Ctrl-C; nothing is lost.`)
    },
    // Without Slack no question can be asked: such files fail with a message.
    async asked() {},
    async finished() {},
    async stillQueued(models, upload) {
      if (isWaitPrinted) return
      const ahead = await createUploadQueue({ models }).countAhead(upload)
      if (ahead === 0) return
      isWaitPrinted = true
      print(
        stderr,
        `Upload #${upload.number} waits. Earlier uploads in the queue: ${ahead}. Check that the bot is running.`,
      )
    },
    close() {
      bar?.stop()
    },
  }
}

/** Prints problems of the worker as readable lines, each kind once. */
export function createTerminalLog(stderr: NodeJS.WritableStream): Log {
  const shown = new Set<string>()
  function post(fields: object, message: string): void {
    const code = String(Reflect.get(fields, 'code') ?? 'unexpected')
    if (shown.has(code)) return
    shown.add(code)
    print(stderr, `${code}: ${message}; trying again.`)
  }
  return { debug() {}, info() {}, warn: post, error: post }
}
