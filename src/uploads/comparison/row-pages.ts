import { mongo } from 'mongoose'
import type { Models, UploadRow } from '../../../models/index.ts'
import { rowsBehind, type UploadKey } from '../rows/index.ts'

/**
 * Rows per page. A smaller page costs the server more per row; a larger one gains nothing
 * (docs/performance.md).
 */
const PAGE = 2_000

interface PageSearch {
  readonly filter: Readonly<Record<string, unknown>>
  /** Includes `line`. */
  readonly projection: Readonly<Record<string, 1>>
}

/** A row with its documents (`values`, `changes`) as bytes of BSON. */
export type RawRow = Pick<UploadRow, 'line'> & Readonly<Record<string, unknown>>

/**
 * Streams the rows of an upload in line order, page by page, because the server may close a cursor that stays
 * open for a million rows. The next page is read while the caller works on the current one.
 */
export async function* readRowPages(
  { uploadRows }: Pick<Models, 'uploadRows'>,
  upload: UploadKey,
  { filter, projection }: PageSearch,
): AsyncGenerator<readonly RawRow[]> {
  async function readPage(after: number): Promise<RawRow[]> {
    // The driver takes four times as long if it decodes each document (docs/performance.md).
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
    // Prevents an unhandledRejection if the caller stops; a caller that continues gets the error below.
    next.catch(() => {})
    yield page
    page = await next
  }
}
