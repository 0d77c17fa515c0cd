import type { Model, UpdateQuery } from 'mongoose'

type Fields = Readonly<Record<string, unknown>>

interface UpdateOptions {
  readonly sort?: Readonly<Record<string, 1 | -1>>
  readonly upsert?: boolean
  /** Fields of the returned document; all by default. */
  readonly projection?: Readonly<Record<string, 1>>
}

/**
 * Changes one document that matches, in one atomic write: its condition decides which of several processes
 * acts.
 * @param update operators, or the stages of a pipeline
 * @returns the document after the change; null if none matches
 */
export async function updateMatching<T>(
  { collection }: Model<T>,
  filter: Fields,
  update: UpdateQuery<T> | readonly Fields[],
  options: UpdateOptions = {},
): Promise<T | null> {
  const change = update as Parameters<typeof collection.findOneAndUpdate>[1]
  const changed = await collection.findOneAndUpdate(filter, change, { ...options, returnDocument: 'after' })
  return typed<T>(changed)
}

/** Deletes one document that matches. @returns the deleted document; null if none matches */
export async function deleteMatching<T>({ collection }: Model<T>, filter: Fields): Promise<T | null> {
  return typed<T>(await collection.findOneAndDelete(filter))
}

/** Mongoose types the documents of `Model.collection` as any object; the model knows their type. */
function typed<T>(document: object | null): T | null {
  return document as T | null
}

/** An update that removes a value from a stored list. The driver has no type for it if the field is a variable. */
export function pullFrom(field: string, value: unknown): { $pull: never } {
  return { $pull: { [field]: { $in: [value] } } as never }
}
