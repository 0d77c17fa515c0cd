import type { mongo } from 'mongoose'
import type { Customer, FileUpload, RecordChoice, RecordKind } from '../../../models/index.ts'

/** The parts of a row or customer that can identify its record. */
interface Identity {
  /** E.164. */
  readonly phone: string
  /** As typed, if known and different. */
  readonly written?: string | undefined
  readonly upload?: mongo.ObjectId | undefined
}

/** The key of a record; equal for the same record. With the default kind it is the phone. */
export function recordKey(kind: RecordKind | undefined, { phone, written, upload }: Identity): string {
  if (kind === 'as_written') return written === undefined ? phone : `${phone} ${written}`
  if (kind === 'one_per_upload') return `${phone} ${upload?.toHexString() ?? ''}`
  return phone
}

export function customerKey(kind: RecordKind | undefined, customer: Customer): string {
  const { primary_phone: phone, written_phone: written, first_upload } = customer
  return recordKey(kind, { phone, written, upload: first_upload?.upload })
}

/** The record key of a row of this upload. */
export function keyIn(
  upload: Pick<FileUpload, '_id' | 'records'>,
  { phone, written }: Pick<Identity, 'phone' | 'written'>,
): string {
  return upload.records ? recordKey(upload.records.kind, { phone, written, upload: upload._id }) : phone
}

/** Matches customers that can be the records of an upload's rows. */
export function recordFilter(
  upload: { readonly _id: mongo.ObjectId; readonly records?: RecordChoice } | undefined,
  phones: readonly string[],
): Record<string, unknown> {
  const isOwn = upload?.records?.kind === 'one_per_upload'
  return {
    primary_phone: { $in: [...phones] },
    ...(isOwn && { 'first_upload.upload': upload._id }),
  }
}
