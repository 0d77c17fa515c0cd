import type { Models, SentFile } from '../../models/index.ts'

/** Stores a file before a person can see it, so that every file with customers is known. */
export async function rememberSentFile(models: Models, file: SentFile): Promise<void> {
  await models.sentFiles.collection.insertOne(file)
}
