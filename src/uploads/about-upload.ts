import { AsyncLocalStorage } from 'node:async_hooks'
import type { FileUpload } from '../../models/index.ts'

const subject = new AsyncLocalStorage<{ readonly upload: number }>()

/** Does work that is about one upload: whatever is logged meanwhile, by whomever, carries its number. */
export function runAbout<T>({ number }: Pick<FileUpload, 'number'>, work: () => Promise<T>): Promise<T> {
  return subject.run({ upload: number }, work)
}

/** What the work under way is about, for the log. */
export function fieldsOfSubject(): object {
  return subject.getStore() ?? {}
}
