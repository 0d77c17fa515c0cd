import type { FileUpload, Models } from '../../models/index.ts'

/** IndexNotFound, NamespaceNotFound. */
const NOT_THERE: readonly unknown[] = [27, 26]

/**
 * Gives each choice of a phone column the channel of its upload, because choices now apply per channel. If
 * the channel is unknown, the choice applies nowhere, and people are asked again.
 */
export async function scopeColumnChoices(models: Models): Promise<void> {
  const choices = models.columnChoices.collection
  // It allowed one choice per header in total.
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
