import { type Models, type SentFile, toDatabaseError } from '../../models/index.ts'

/** Stores a file before a person can see it, so that every file with customers is known. */
export async function rememberSentFile(models: Models, file: SentFile): Promise<void> {
  try {
    await models.sentFiles.collection.insertOne(file)
  } catch (error) {
    throw toDatabaseError(error)
  }
}
