import type { Collection, Model } from 'mongoose'

/** A model whose documents have a text for `_id`. Mongoose types each collection with an ObjectId. */
export type TextKeyedModel<T extends { _id: string }> = Model<T> & { readonly collection: Collection<T> }

export const keyByText = <T extends { _id: string }>(model: Model<T>) => model as TextKeyedModel<T>
