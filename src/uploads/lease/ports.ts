import type { FileUpload } from '../../../models/index.ts'
import type { ByteSource } from '../../csv/index.ts'

export type { ByteSource } from '../../csv/index.ts'

/** What `uploads/` needs from the place a file came from (Slack, a path), and what it tells whoever is watching. */

/** A file that can be read now. */
export interface OpenedFile {
  readonly name: string
  /** Size as the place says it; compared with what arrives. */
  readonly bytes?: number
  /** Address of the message that shared it. */
  readonly link?: string
  /** Message the reply belongs under. */
  readonly thread?: string
  readonly stream: ByteSource
}

export interface FileSource {
  /** Whether this process can get at the file at all; another may be able to. */
  canOpen(upload: FileUpload): boolean
  /**
   * Makes sure that the file is still there, without opening it.
   * @throws AppError file_deleted, file_unreachable, …
   */
  check?(upload: FileUpload): Promise<void>
  /**
   * Opens the file of an upload; called again, from the first byte, when another run takes over.
   * `not_for_us` says that the share is no business of ours (a picture, the bot's own file): the upload is forgotten
   * and nobody is told.
   * @param claim told the message that shares the file, and what the file is called, before it is judged; where it answers false another
   *   upload is of that message, and this one is no business of ours
   * @throws AppError with what the person can do (not_csv, external_file, file_deleted, file_unreachable, …)
   */
  open(
    upload: FileUpload,
    signal: AbortSignal,
    claim: (ts: string, name: string) => Promise<boolean>,
  ): Promise<OpenedFile | 'not_for_us'>
}

/**
 * Hears what becomes of an upload. A listener that fails never harms the upload: `asked` and `finished` are called
 * again later until they succeed, so they must be safe to repeat; the others are best effort.
 */
export interface UploadListener {
  /** Waiting behind `ahead` others. */
  queued(upload: FileUpload, ahead: number): Promise<void>
  /** Rows in the database so far; `bytesRead` of `upload.file.bytes` tell how much is left. */
  progress(upload: FileUpload, progress: { readonly rows: number; readonly bytesRead: number }): Promise<void>
  /** The upload waits for something outside to come back (the database, Slack). */
  waiting(upload: FileUpload, why: string): Promise<void>
  /** The upload is held: `upload.question` has to be put to somebody. Called again later until it succeeds. */
  asked(upload: FileUpload): Promise<void>
  /** The last word: done or failed; the receipt is in the document. */
  finished(upload: FileUpload): Promise<void>
}

/** Log lines carry codes, counts, upload and line numbers; never a phone, a name or a token. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
