import type { FileUpload } from '../../../models/index.ts'
import { toAppError } from '../../errors.ts'
import type { FetchedFile, FileSource, Log } from '../lease/index.ts'

interface NextFileDeps {
  readonly sources: Partial<Record<FileUpload['source']['kind'], FileSource>>
  readonly log: Log
  /** Milliseconds after which a file is fetched again, because a person may have deleted it. */
  readonly freshMs: number
  /** Ends a fetch in progress. */
  readonly signal: AbortSignal
}

interface Kept {
  readonly id: string
  readonly begunAt: number
  readonly unwanted: AbortController
  readonly file: Promise<FetchedFile | undefined>
  /** Forgets it if no run takes it. */
  readonly timer: NodeJS.Timeout
}

interface NextFile {
  /** Fetches the file of the upload that runs next, probably. Forgets another one. Never fails. */
  fetch(upload: FileUpload): void
  /**
   * The fetched file, once, if it is of this upload. Another one is forgotten. Never fails.
   * @param run ends the wait
   */
  take(upload: FileUpload, run: AbortSignal): Promise<FetchedFile | undefined>
}

/**
 * While the rows of one file are written, the next one is fetched: the queue waits for Slack less often. At most one is
 * kept, in memory. Whether its upload may run is decided by its run.
 */
export function createNextFile({ sources, log, freshMs, signal }: NextFileDeps): NextFile {
  let kept: Kept | undefined

  async function fetchFrom(
    source: FileSource,
    upload: FileUpload,
    unwanted: AbortSignal,
  ): Promise<FetchedFile | undefined> {
    try {
      return await source.fetch?.(upload, AbortSignal.any([signal, unwanted]))
    } catch (error) {
      log.debug({ upload: upload.number, code: toAppError(error).code }, 'next file not fetched')
      return undefined
    }
  }

  function forget(): void {
    kept?.unwanted.abort()
    clearTimeout(kept?.timer)
    kept = undefined
  }

  return {
    fetch(upload) {
      const source = sources[upload.source.kind]
      const id = String(upload._id)
      if (kept?.id === id || upload.kind !== 'import' || !source?.fetch || !source.canOpen(upload)) return
      forget()
      const unwanted = new AbortController()
      const timer = setTimeout(forget, freshMs).unref()
      const file = fetchFrom(source, upload, unwanted.signal)
      kept = { id, unwanted, begunAt: performance.now(), file, timer }
    },
    async take({ _id }, run) {
      const own = kept?.id === String(_id) && performance.now() - kept.begunAt < freshMs ? kept : undefined
      if (!own) {
        forget()
        return undefined
      }
      clearTimeout(own.timer)
      kept = undefined
      const giveUp = () => own.unwanted.abort()
      run.addEventListener('abort', giveUp, { once: true })
      if (run.aborted) giveUp()
      try {
        return await own.file
      } finally {
        run.removeEventListener('abort', giveUp)
      }
    },
  }
}
