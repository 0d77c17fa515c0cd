import { type Connection, type Model, Schema } from 'mongoose'

/** A person wants a preview of the next file they share in a channel. One per person and channel. */
export interface PreviewRequest {
  /** Team, channel and person. */
  _id: string
  until: Date
}

const schema = new Schema<PreviewRequest>(
  { _id: String, until: { type: Date, required: true } },
  { collection: 'preview_requests', versionKey: false, autoIndex: false, autoCreate: false },
)

export function createPreviewRequestModel(connection: Connection): Model<PreviewRequest> {
  return connection.model<PreviewRequest>('PreviewRequest', schema)
}
