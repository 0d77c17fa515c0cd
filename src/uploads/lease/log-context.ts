import { AsyncLocalStorage } from 'node:async_hooks'
import type { FileUpload } from '../../../models/index.ts'

const subject = new AsyncLocalStorage<{ upload?: number }>()

/** Does work that is about one upload: whatever is logged meanwhile, by whomever, carries its number. */
export function runAbout<T>({ number }: Pick<FileUpload, 'number'>, work: () => Promise<T>): Promise<T> {
  return subject.run({ upload: number }, work)
}

/** Does work of which it turns out on the way whether it is about an upload: from `logAboutUpload` on it is. */
export function runForSomebody<T>(work: () => Promise<T>): Promise<T> {
  return subject.run({}, work)
}

/** The work under way is about this upload; where it is about several, about the first. */
export function logAboutUpload(number: number | undefined): void {
  const known = subject.getStore()
  if (known && number !== undefined) known.upload ??= number
}

/** What the work under way is about, for the log. */
export function fieldsOfSubject(): object {
  return subject.getStore() ?? {}
}
