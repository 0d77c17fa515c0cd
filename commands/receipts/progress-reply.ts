import type { FileUpload } from '../../models/index.ts'
import {
  formatCount,
  formatDuration,
  markCode,
  plural,
  type Reply,
  type ReplyPart,
  type Sentence,
} from '../reply/index.ts'
import { nameUploadBriefly } from './find-meant-upload.ts'
import { describeSwitchProgress } from './switch-reply.ts'
import { describeUndoProgress } from './undo-reply.ts'

/** Stops an import that waits or runs. */
export const CANCEL_UPLOAD = 'cancel_upload'

interface Progress {
  readonly rows: number
  readonly bytesRead: number
  readonly now: Date
}

/** An upload's progress: rows, rows per second, remaining time, and a bar. */
export function describeProgress(upload: FileUpload, progress: Progress): Reply {
  switch (upload.kind) {
    case 'undo':
      return inThread(describeUndoProgress(upload, progress.rows))
    case 'switch':
      return inThread(describeSwitchProgress(upload, progress.rows))
    case 'import':
    case 'forget':
      return describeRows(upload, progress)
  }
}

function describeRows(upload: FileUpload, { rows, bytesRead, now }: Progress): Reply {
  const share = upload.file.bytes ? Math.min(1, bytesRead / upload.file.bytes) : 0
  const seconds = upload.started_at ? (now.getTime() - upload.started_at.getTime()) / 1000 : 0
  const speed = seconds > 0 ? `, ${formatCount(Math.round(rows / seconds))} rows per second` : ''
  const secondsLeft = share > 0 ? (seconds / share) * (1 - share) : 0
  const left = secondsLeft >= 1 ? `, about ${formatDuration(secondsLeft)} left` : ''
  const answer: Sentence = [
    `${Math.floor(share * 100)} % of `,
    { code: upload.file.name },
    `: ${plural(rows, 'row')} done${speed}${left}`,
  ]
  return {
    visibility: 'channel',
    parts: [{ kind: 'text', text: answer }, { kind: 'bar', share }, ...cancelButton(upload)],
  }
}

/** Only an import can be stopped halfway. */
function cancelButton({ kind, number }: FileUpload): ReplyPart[] {
  if (kind !== 'import') return []
  const confirm = {
    title: 'Cancel this import?',
    text: 'It stops after the rows being written now. Rows imported so far stay until you undo them.',
    yes: 'Cancel the import',
    no: 'Continue',
  }
  return [
    {
      kind: 'buttons',
      buttons: [{ label: 'Cancel', action: CANCEL_UPLOAD, value: String(number), confirm }],
    },
  ]
}

/** Waiting for earlier files: files are applied in share order. */
export function describeQueued(upload: FileUpload, ahead: number): Reply {
  return inThread(
    [`In the queue: ${plural(ahead, 'earlier file')} will be imported first.`],
    ...cancelButton(upload),
  )
}

/** Waiting for an outage to end; nothing is lost. */
export function describeWaiting(upload: FileUpload, why: string): Reply {
  return inThread(
    [...markCode(why), ' Your file waits and continues automatically.'],
    ...cancelButton(upload),
  )
}

function inThread(text: Sentence, ...rest: readonly ReplyPart[]): Reply {
  return { visibility: 'channel', parts: [{ kind: 'text', text }, ...rest] }
}

/** The text of an upload's first message after its receipt or question became a separate message. */
export function describeMoved(upload: FileUpload): Reply {
  return {
    visibility: 'channel',
    parts: [{ kind: 'note', text: [...nameUploadBriefly(upload), ': see my reply below.'] }],
  }
}
