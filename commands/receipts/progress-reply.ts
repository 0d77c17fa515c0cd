import type { FileUpload } from '../../models/index.ts'
import { formatCount, formatDuration, markCode, plural, type Reply, type Sentence } from '../reply/index.ts'
import { describeSwitchProgress } from './switch-reply.ts'
import { describeUndoProgress } from './undo-reply.ts'

interface Progress {
  readonly rows: number
  readonly bytesRead: number
  readonly now: Date
}

/** How far an upload is: rows done, rows a second and the time left, and a bar. */
export function describeProgress(upload: FileUpload, { rows, bytesRead, now }: Progress): Reply {
  if (upload.undo_of) return inThread(describeUndoProgress(upload, rows))
  if (upload.switch_of) return inThread(describeSwitchProgress(upload, rows))
  const share = upload.file.bytes ? Math.min(1, bytesRead / upload.file.bytes) : 0
  const seconds = upload.started_at ? (now.getTime() - upload.started_at.getTime()) / 1000 : 0
  const speed = seconds > 0 ? `, ${formatCount(Math.round(rows / seconds))} rows per second` : ''
  const secondsLeft = share > 0 ? (seconds / share) * (1 - share) : 0
  const left = secondsLeft >= 1 ? `, about ${formatDuration(secondsLeft)} left` : ''
  const said: Sentence = [
    `${Math.floor(share * 100)} % of `,
    { code: upload.file.name },
    `: ${plural(rows, 'row')} done${speed}${left}`,
  ]
  return {
    visibility: 'channel',
    parts: [
      { kind: 'text', text: said },
      { kind: 'bar', share },
    ],
  }
}

/** Waiting for others: files are applied in the order they were shared. */
export function describeQueued(_upload: FileUpload, ahead: number): Reply {
  return inThread([`In the queue: ${plural(ahead, 'earlier file')} will be imported first.`])
}

/** Something outside is away; nothing is lost. */
export function describeWaiting(_upload: FileUpload, why: string): Reply {
  return inThread([...markCode(why), ' Your file waits and continues automatically.'])
}

function inThread(text: Sentence): Reply {
  return { visibility: 'channel', parts: [{ kind: 'text', text }] }
}
