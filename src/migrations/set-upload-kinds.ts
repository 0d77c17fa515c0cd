import type { Models } from '../../models/index.ts'

/** The field that showed the kind of an upload before `kind` was stored. Imports had none. */
const FIELD_OF_KIND = {
  undo: 'undo_of',
  forget: 'forget',
  switch: 'switch_of',
} as const

/** Stores `kind` on older uploads, whose fields showed their kind. */
export async function setUploadKinds({ fileUploads }: Models): Promise<void> {
  const unset = { kind: { $exists: false } }
  for (const [kind, field] of Object.entries(FIELD_OF_KIND))
    await fileUploads.collection.updateMany({ ...unset, [field]: { $exists: true } }, { $set: { kind } })
  await fileUploads.collection.updateMany(unset, { $set: { kind: 'import' } })
}
