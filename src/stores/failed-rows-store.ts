import type { FailedRowsFile, FileUpload, Models } from '../../models/index.ts'

/** The stored state of an upload's file of failed rows, shared by all processes. */
export interface FailedRowsStore {
  find(upload: FileUpload): Promise<FailedRowsFile>
  /** `ts` of the thread's first message: if no message shares the file, the bot's own. */
  findThread(upload: FileUpload): Promise<string | undefined>
  /** Stores the id of the file before it is sent. False if another process did so in the meantime. */
  take(upload: FileUpload, fileId: string, before: string | undefined): Promise<boolean>
  isOurs(upload: FileUpload, fileId: string): Promise<boolean>
  markSent(upload: FileUpload, fileId: string, message: string): Promise<void>
  markRefused(upload: FileUpload, reason: string): Promise<void>
}

export function createFailedRowsStore({ models }: { models: Models }): FailedRowsStore {
  const uploads = models.fileUploads.collection
  return {
    async find({ _id }) {
      const known = await uploads.findOne<FileUpload>({ _id }, { projection: { failed_rows: 1 } })
      return known?.failed_rows ?? {}
    },
    async findThread({ _id }) {
      const known = await uploads.findOne<FileUpload>({ _id }, { projection: { source: 1 } })
      return known?.source.kind === 'slack' ? known.source.thread : undefined
    },
    async take({ _id }, fileId, before) {
      const asBefore = before === undefined ? { $exists: false } : before
      const taken = await uploads.updateOne(
        { _id, 'failed_rows.file_id': asBefore, 'failed_rows.withdrawn': { $exists: false } },
        { $set: { failed_rows: { file_id: fileId } } },
      )
      return taken.matchedCount > 0
    },
    async isOurs({ _id }, fileId) {
      const key = { _id, 'failed_rows.file_id': fileId, 'failed_rows.sent_at': { $exists: false } }
      return (await uploads.findOne(key, { projection: { _id: 1 } })) !== null
    },
    async markSent({ _id }, fileId, message) {
      await uploads.updateOne(
        { _id, 'failed_rows.file_id': fileId },
        { $set: { 'failed_rows.message': message, 'failed_rows.sent_at': new Date() } },
      )
    },
    async markRefused({ _id }, reason) {
      await uploads.updateOne({ _id }, { $set: { 'failed_rows.refused': reason } })
    },
  }
}
