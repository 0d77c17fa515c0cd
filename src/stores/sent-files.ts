import { type Models, type SentFile, toDatabaseError } from '../../models/index.ts'

/** Remembers a file before anybody can see it: so that there is none with customers in it that nobody knows of. */
export async function rememberSentFile(models: Models, file: SentFile): Promise<void> {
  try {
    await models.sentFiles.collection.insertOne(file as never)
  } catch (error) {
    throw toDatabaseError(error)
  }
}
