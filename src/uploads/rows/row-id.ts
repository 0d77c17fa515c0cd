import { mongo } from 'mongoose'
import type { FileUpload } from '../../../models/index.ts'

/**
 * The fields of an upload that locate its rows. `number` and `shared_at` never change after the upload is
 * stored.
 */
export type UploadKey = Pick<FileUpload, '_id' | 'number' | 'shared_at'>

/**
 * The `_id` of a row, and of the customer it creates. It is always the same, so a batch written twice is one
 * batch. It has four bytes each of share time in seconds, upload number and line. The number makes it unique;
 * it ascends in share order, which keeps the index compact.
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

/** The line of a row. @param id made by `rowId` */
export function lineOfRow(id: mongo.ObjectId): number {
  return id.id.slice(8).reduce((line, byte) => line * 256 + byte, 0)
}

/** The `_id` of another row of the same upload. @param id made by `rowId` */
export function rowIdAtLine(id: mongo.ObjectId, line: number): mongo.ObjectId {
  const bytes = Uint8Array.from(id.id)
  writeUint32(bytes, 8, line)
  return new mongo.ObjectId(bytes)
}

/** The highest number that a row's `_id` has space for. */
export const LAST_LINE = 2 ** 32 - 1

/**
 * Matches the rows of an upload after a line; sort by `_id` for file order. With any other index the embedded
 * engine reads all remaining rows for one page. `upload` is included because a cluster may shard by it and
 * then asks one shard.
 *
 * @param line 0 for all rows
 */
export function rowsBehind(upload: UploadKey, line: number) {
  return { upload: upload._id, _id: { $gt: rowId(upload, line), $lte: rowId(upload, LAST_LINE) } } as const
}

/** Matches all rows of an upload. */
export function rowsOf(upload: UploadKey) {
  return rowsBehind(upload, 0)
}

/** Matches the rows of an upload between two lines, both included. */
export function rowsBetween(upload: UploadKey, first: number, last: number) {
  return { upload: upload._id, _id: { $gte: rowId(upload, first), $lte: rowId(upload, last) } } as const
}
