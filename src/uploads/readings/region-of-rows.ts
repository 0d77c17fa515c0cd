import type { FileUpload, Models, UploadRow } from '../../../models/index.ts'
import { planOfRegion, regionOfPhone } from '../../customers/phones/index.ts'
import { rowsOf } from '../rows/index.ts'

const SAMPLE_ROWS = 200

/**
 * The default region of an upload by an earlier version, which stored none: the region of most of its phones.
 * A wrong guess is harmless: the readings are compared row by row, and the bot asks only about rows with
 * another phone.
 * @param present the current region, used unless most phones are from another one
 */
export async function regionOfRows(
  models: Models,
  upload: Pick<FileUpload, '_id' | 'number' | 'shared_at'>,
  present: string,
): Promise<string> {
  const rows = await models.uploadRows.collection
    .find<Pick<UploadRow, 'phone'>>(rowsOf(upload), { projection: { phone: 1 } })
    .limit(SAMPLE_ROWS)
    .toArray()
  const phones = rows.flatMap(({ phone }) => (phone === undefined ? [] : [phone]))
  const own = `+${planOfRegion(present)?.callingCode ?? ''}`
  if (phones.filter((phone) => phone.startsWith(own)).length * 2 >= phones.length) return present
  const times = new Map<string, number>()
  for (const phone of phones) {
    const region = regionOfPhone(phone)
    if (region !== null) times.set(region, (times.get(region) ?? 0) + 1)
  }
  const [usual, count = 0] = [...times].toSorted(([, a], [, b]) => b - a)[0] ?? []
  return usual !== undefined && count * 2 > phones.length ? usual : present
}
