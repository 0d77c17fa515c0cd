import { AsyncLocalStorage } from 'node:async_hooks'
import type { FileUpload } from '../../../models/index.ts'

const subject = new AsyncLocalStorage<{ upload?: number }>()

/** Runs work about one upload: every log line written during it carries the upload's number. */
export function runAbout<T>({ number }: Pick<FileUpload, 'number'>, work: () => Promise<T>): Promise<T> {
  return subject.run({ upload: number }, work)
}

/** Runs work whose upload is not known yet: log lines carry the number after `logAboutUpload`. */
export function runWithoutUpload<T>(work: () => Promise<T>): Promise<T> {
  return subject.run({}, work)
}

/** Adds the upload's number to the log lines of the current work; with several uploads, the first. */
export function logAboutUpload(number: number | undefined): void {
  const known = subject.getStore()
  if (known && number !== undefined) known.upload ??= number
}

/** The log fields of the current work. */
export function fieldsOfSubject(): object {
  return subject.getStore() ?? {}
}
