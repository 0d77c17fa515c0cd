import type { FileUpload } from '../models/index.ts'
import { formatCount, formatDuration, plural } from './format.ts'
import type { Reply, Sentence } from './reply.ts'
import { describeSwitchProgress } from './switch-reply.ts'
import { describeUndoProgress } from './undo-reply.ts'

const BAR_CELLS = 20

interface Progress {
  readonly rows: number
  readonly bytesRead: number
  readonly now: Date
}

/** How far an upload is: a bar, rows done, rows a second and the time left. */
export function describeProgress(upload: FileUpload, { rows, bytesRead, now }: Progress): Reply {
  if (upload.undo_of) return inThread(describeUndoProgress(upload, rows))
  if (upload.switch_of) return inThread(describeSwitchProgress(upload, rows))
  const share = upload.file.bytes ? Math.min(1, bytesRead / upload.file.bytes) : 0
  const seconds = upload.started_at ? (now.getTime() - upload.started_at.getTime()) / 1000 : 0
  const cells = Math.round(share * BAR_CELLS)
  const bar = '█'.repeat(cells) + '░'.repeat(BAR_CELLS - cells)
  const speed = seconds > 0 ? `, ${formatCount(Math.round(rows / seconds))} rows a second` : ''
  const left =
    share > 0 && seconds > 0 ? `, about ${formatDuration((seconds / share) * (1 - share))} left` : ''
  return inThread([
    { code: bar },
    ` ${Math.floor(share * 100)} % of `,
    { code: upload.file.name },
    `: ${plural(rows, 'row')} done${speed}${left}`,
  ])
}

/** Waiting for others: files are applied in the order they were shared. */
export function describeQueued(_upload: FileUpload, ahead: number): Reply {
  return inThread([
    `In the queue: ${ahead === 1 ? 'one file' : `${formatCount(ahead)} files`} shared earlier ${ahead === 1 ? 'goes' : 'go'} first.`,
  ])
}

/** Something outside is away; nothing is lost. */
export function describeWaiting(_upload: FileUpload, why: string): Reply {
  return inThread([`${why} Your file waits and goes on by itself.`])
}

function inThread(text: Sentence): Reply {
  return { visibility: 'channel', parts: [{ kind: 'text', text }] }
}
