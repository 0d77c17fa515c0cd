import type { UploadListener } from '../../uploads/lease/index.ts'

/** An upload, as `uploads/` passes it to listeners. */
export type Upload = Parameters<UploadListener['finished']>[0]

/** An upload that was shared in Slack. */
export type SlackUpload = Upload & { readonly source: Extract<Upload['source'], { kind: 'slack' }> }

export function isSlackUpload(upload: Upload): upload is SlackUpload {
  return upload.source.kind === 'slack'
}
