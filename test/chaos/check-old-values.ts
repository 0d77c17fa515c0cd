import type { FileUpload, UploadRow } from '../../models/index.ts'
import { findOld } from './age-values.ts'
import type { ErrandDeps } from './errand.ts'
import { hold } from './hold.ts'

const VALUES = ['changes', 'values', 'cells'] as const

/**
 * Files older than the retention period have no values left, others have all. Counts must add up for all of
 * them.
 */
export async function checkOldValues(
  deps: Pick<ErrandDeps, 'models' | 'retentionDays'>,
  isOver: boolean,
): Promise<void> {
  const old = new Set((await findOld(deps)).map(({ _id }) => String(_id)))
  const { fileUploads, uploadRows } = deps.models
  for await (const upload of fileUploads.collection.find<FileUpload>({})) {
    const isOld = old.has(String(upload._id)) && upload.status === 'done'
    const name = `#${upload.number}`
    if (!isOld) hold(upload.retention === undefined, `${name} is too young to lose its values`)
    if (!isOld || !isOver) continue
    hold(upload.retention?.done_at !== undefined, `${name} is old and has its values`)
    const examples = upload.changed_fields?.flatMap((field) => field.examples) ?? []
    hold(examples.length === 0, `${name} is old and has examples`)
    const kept = await uploadRows.collection.findOne<UploadRow>({
      upload: upload._id,
      $or: VALUES.map((key) => ({ [key]: { $exists: true } })),
    })
    hold(kept === null, `${name}, line ${kept?.line} is old and has values`)
  }
}
