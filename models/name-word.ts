import { type Connection, type Model, Schema } from 'mongoose'

/**
 * A word from customers' names, or a city, for searches with a wrong letter. There are few words compared
 * with customers.
 */
export interface NameWord {
  /** Folded as in `upload_rows.search`; a city begins with `:`. */
  _id: string
  /** Parts of the word with their positions. A word with one wrong letter shares at least one of them. */
  keys: string[]
  /** When a row last contained the word. */
  seen_at: Date
  /**
   * Its last row was deleted soon after `seen_at`, when another row could be in progress: it is checked
   * again.
   */
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

// Finds the candidates for a mistyped word without a collection scan.
schema.index({ keys: 1 }, { name: 'keys' })
// Words to check again: a handful.
schema.index({ unused: 1 }, { partialFilterExpression: { unused: true }, name: 'unused' })

export function createNameWordModel(connection: Connection): Model<NameWord> {
  return connection.model<NameWord>('NameWord', schema)
}
