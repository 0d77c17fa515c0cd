import { type Connection, type Model, Schema } from 'mongoose'

/** One word of the names of customers, for names that are typed with a wrong letter. There are few beside the customers. */
export interface NameWord {
  /** Folded as in `upload_rows.search`. */
  _id: string
  /** Pieces of the word with their places: a word with a wrong letter shares one of them. */
  keys: string[]
  /** When a row last brought it. */
  seen_at: Date
  /** The last row that led to it went so soon after `seen_at` that another could be under way: it is looked at again. */
  unused?: true
}

const schema = new Schema<NameWord>(
  {
    _id: String,
    keys: { type: [String], required: true },
    seen_at: { type: Date, required: true },
    unused: Boolean,
  },
  { collection: 'name_words', versionKey: false, autoIndex: false, autoCreate: false },
)

// Words that can be meant by a mistyped one, without going through all of them.
schema.index({ keys: 1 }, { name: 'keys' })

export function createNameWordModel(connection: Connection): Model<NameWord> {
  return connection.model<NameWord>('NameWord', schema)
}
