import type { FileUpload, Models } from '../../models/index.ts'

/** IndexNotFound, NamespaceNotFound. */
const NOT_THERE: readonly unknown[] = [27, 26]

/**
 * A choice of the phone column holds in the channel it was made in. Earlier ones held everywhere: each gets the channel of
 * the upload it was made for. Where that is not known any more it holds nowhere, and people are asked again.
 */
export async function scopeColumnChoices(models: Models): Promise<void> {
  const choices = models.columnChoices.collection
  // It allowed one choice per header in all.
  await choices.dropIndex('fingerprint').catch((error: unknown) => {
    if (!NOT_THERE.includes(Reflect.get(error as object, 'code'))) throw error
  })
  for await (const { _id, upload: number } of choices.find({ channel: { $exists: false } })) {
    const upload = await models.fileUploads.collection.findOne<Pick<FileUpload, 'source'>>(
      { number },
      { projection: { source: 1 } },
    )
    if (upload?.source.kind === 'slack')
      await choices.updateOne({ _id }, { $set: { channel: upload.source.channel } })
  }
}
