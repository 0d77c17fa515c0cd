import { mongo } from 'mongoose'
import type { Models, UploadRow } from '../../../models/index.ts'
import { rowsBehind, type UploadKey } from '../rows/index.ts'

/** Rows in one page: fewer cost the server more for each row, more gain nothing (docs/performance.md). */
const PAGE = 2_000

interface PageSearch {
  readonly filter: Readonly<Record<string, unknown>>
  /** Names `line`. */
  readonly projection: Readonly<Record<string, 1>>
}

/** A row whose documents (`values`, `changes`) are bytes of BSON. */
export type RawRow = Pick<UploadRow, 'line'> & Readonly<Record<string, unknown>>

/**
 * Streams the rows of an upload in the order of its lines. Page by page: the server may close a cursor that stays open for
 * a million rows. A page is read while the caller works on the one before it.
 */
export async function* readRowPages(
  { uploadRows }: Pick<Models, 'uploadRows'>,
  upload: UploadKey,
  { filter, projection }: PageSearch,
): AsyncGenerator<readonly RawRow[]> {
  async function readPage(after: number): Promise<RawRow[]> {
    // The driver takes four times as long over decoding each document itself (docs/performance.md).
    const found: unknown[] = await uploadRows.collection
      .find(
        { ...rowsBehind(upload, after), ...filter },
        { projection: { _id: 0, ...projection }, batchSize: PAGE + 1, raw: true },
      )
      .sort({ _id: 1 })
      .limit(PAGE)
      .toArray()
    return found.map((bytes) => mongo.BSON.deserialize(bytes as Uint8Array, { raw: true }) as RawRow)
  }

  let page = await readPage(0)
  for (;;) {
    const last = page.at(-1)
    if (!last) return
    const next = readPage(last.line)
    // Prevents an unhandledRejection where the caller stops; who goes on sees the error below.
    next.catch(() => {})
    yield page
    page = await next
  }
}
