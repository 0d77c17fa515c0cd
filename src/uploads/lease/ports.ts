import type { FileUpload } from '../../../models/index.ts'
import type { ByteSource } from '../../csv/index.ts'

/** What `uploads/` needs from a file's source (Slack, a path), and the events it reports. */

/** An opened file. */
export interface OpenedFile {
  readonly name: string
  /** Size by the source; compared with the bytes received. */
  readonly bytes?: number
  /** Address of the message that shared it. */
  readonly link?: string
  /** `ts` of the message whose thread gets the reply. */
  readonly thread?: string
  readonly stream: ByteSource
}

/** What a source fetched of a file before its run. Only the source that fetched it can read it. */
export interface FetchedFile {
  /** Of its bytes, which are in memory. */
  readonly bytes: number
}

export interface FileSource {
  /** True if this process can read the file; another process may be able to. */
  canOpen(upload: FileUpload): boolean
  /**
   * Checks that the file still exists, without opening it.
   * @throws AppError file_deleted, file_unreachable, …
   */
  check?(upload: FileUpload): Promise<void>
  /**
   * Fetches the file of a waiting upload, if it is small and nothing about it needs a decision. Changes nothing.
   * @returns undefined if its run must do everything
   * @throws AppError as `open`; the run then meets the same problem, or it has passed
   */
  fetch?(upload: FileUpload, signal: AbortSignal): Promise<FetchedFile | undefined>
  /**
   * Opens the file of an upload; another run opens it again from the first byte. `not_for_us` means that the
   * share is not imported (a picture, the bot's own file): the upload is deleted without a message.
   * @param claim called with the sharing message and the file's name before the file is checked. If it
   * returns false, another upload has that message and this one is dropped
   * @param fetched what `fetch` found moments ago: it is not looked up again
   * @throws AppError whose `next` is what the person can do (not_csv, external_file, file_deleted,
   * file_unreachable, …)
   */
  open(
    upload: FileUpload,
    signal: AbortSignal,
    claim: (ts: string, name: string) => Promise<boolean>,
    fetched?: FetchedFile,
  ): Promise<OpenedFile | 'not_for_us'>
}

/**
 * Receives the events of an upload. A failing listener never harms the upload. `asked` and `finished` are
 * called again until they succeed, so they must be safe to repeat; the others are best effort.
 */
export interface UploadListener {
  /** The upload waits behind `ahead` others, of which `inChannel` are of its Slack channel. */
  queued(upload: FileUpload, ahead: number, inChannel: number): Promise<void>
  /** Rows applied so far; `bytesRead` of `upload.file.bytes` shows how much is left. */
  progress(upload: FileUpload, progress: { readonly rows: number; readonly bytesRead: number }): Promise<void>
  /** The upload waits for an outage to end (the database, Slack). */
  waiting(upload: FileUpload, why: string): Promise<void>
  /** The upload is held: `upload.question` must be asked. Called again until it succeeds. */
  asked(upload: FileUpload): Promise<void>
  /**
   * Done or failed: the receipt is in the document. Called again until it succeeds.
   * @param isClaimed true if the write that ended the upload has just stored `claimReceipt`
   */
  finished(upload: FileUpload, isClaimed?: boolean): Promise<void>
  /**
   * Fields, as expressions of an update pipeline, that this process stores in the write that ends an import. They save
   * the writes that `finished` begins with.
   */
  claimReceipt?(upload: FileUpload, status: FileUpload['status']): Readonly<Record<string, unknown>>
}

/** Log lines carry codes, counts, upload and line numbers; never a phone, a name or a token. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
