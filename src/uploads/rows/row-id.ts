import { mongo } from 'mongoose'
import type { FileUpload } from '../../../models/index.ts'

/** What of an upload its rows are found by. `number` and `shared_at` never change after the upload is stored. */
export type UploadKey = Pick<FileUpload, '_id' | 'number' | 'shared_at'>

/**
 * The `_id` of one row of one upload, and of the customer that row creates: always the same for the same row, so that
 * a batch written twice is one batch. Seconds of the share, upload number and line, four bytes each: unique because
 * the number is, and ascending in the order of sharing, which keeps the index compact.
 */
export function rowId(upload: Pick<FileUpload, 'number' | 'shared_at'>, line: number): mongo.ObjectId {
  const bytes = new Uint8Array(12)
  writeUint32(bytes, 0, Math.floor(upload.shared_at.getTime() / 1000))
  writeUint32(bytes, 4, upload.number)
  writeUint32(bytes, 8, line)
  return new mongo.ObjectId(bytes)
}

function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24
  bytes[at + 1] = value >>> 16
  bytes[at + 2] = value >>> 8
  bytes[at + 3] = value
}

const LAST_LINE = 2 ** 32 - 1

/**
 * The rows of an upload behind a line, to be sorted by `_id`, which is the order of the file. By no other index does the
 * embedded engine give a page without going through all the rows that are left. The upload stands beside the ids: a
 * cluster may have the rows sharded by it, and asks one shard then.
 *
 * @param line 0 for all of them
 */
export function rowsBehind(upload: UploadKey, line: number) {
  return { upload: upload._id, _id: { $gt: rowId(upload, line), $lte: rowId(upload, LAST_LINE) } } as const
}

/** All rows of an upload. */
export function rowsOf(upload: UploadKey) {
  return rowsBehind(upload, 0)
}

/** The rows of an upload from one line to another, both of them included. */
export function rowsBetween(upload: UploadKey, first: number, last: number) {
  return { upload: upload._id, _id: { $gte: rowId(upload, first), $lte: rowId(upload, last) } } as const
}
