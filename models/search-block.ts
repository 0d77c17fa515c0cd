import { type Connection, type Model, type mongo, Schema, type Types } from 'mongoose'

/**
 * The cities, states and e-mail domains that up to 256 neighbouring lines of a file brought. Many rows share
 * these words, so they are stored once per block and not in each row.
 */
export interface SearchBlock {
  /** That of the row at the first line of the block. The ids of its other rows differ by their line only. */
  _id: Types.ObjectId
  upload: Types.ObjectId
  /** Folded as in `upload_rows.search`: `:pune`, `@example.com`. */
  words: string[]
  /** For each of `words`, the rows that brought it: one byte each, the distance of the line from the first. */
  lines: mongo.Binary[]
}

const schema = new Schema<SearchBlock>(
  {
    upload: { type: Schema.Types.ObjectId, required: true },
    words: { type: [String], required: true },
    lines: { type: Schema.Types.Mixed, required: true },
  },
  { collection: 'search_blocks', versionKey: false, autoIndex: false, autoCreate: false },
)

// Customers by city, state and e-mail domain: one entry for many rows.
schema.index({ words: 1 }, { name: 'words' })

export function createSearchBlockModel(connection: Connection): Model<SearchBlock> {
  return connection.model<SearchBlock>('SearchBlock', schema)
}
