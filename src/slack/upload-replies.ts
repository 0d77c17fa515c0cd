import { randomUUID } from 'node:crypto'
import type { WebClient } from '@slack/web-api'
import { MAX_PROBLEMS } from '../../commands/receipts/index.ts'
import { createFailedRowsStore, createReactionStore } from '../stores/index.ts'
import { repeatLastWord } from '../uploads/answers/index.ts'
import { writeFailedRows } from '../uploads/import/index.ts'
import type { Log } from '../uploads/lease/index.ts'
import { findSameHeadings } from '../uploads/queries/index.ts'
import { findProblems } from '../uploads/results/index.ts'
import {
  beginEdit,
  beginWord,
  claimMessageAtEnd,
  claimReceiptMessage,
  endEdit,
  forgetReceiptMessage,
  isClaimedAtEnd,
  isReceiptMessage,
  rememberReceiptMessage,
  type UploadQueue,
} from '../uploads/worker/index.ts'
import type { ChannelRule } from './access/index.ts'
import {
  classifyFile,
  createFailedRowsSender,
  findShare,
  isOwnPost,
  isReported,
  readFileInfo,
  type SlackUpload,
  threadOf,
} from './files/index.ts'
import type { createBackgroundWork } from './listeners/index.ts'
import {
  createReactions,
  createSlackUploadListener,
  createUploadMessage,
  type ReplySender,
} from './messages/index.ts'

type Models = Parameters<typeof findProblems>[0]
type ListenerDeps = Parameters<typeof createSlackUploadListener>[0]

interface UploadRepliesDeps {
  readonly client: WebClient
  readonly models: Models
  readonly apiUrl: string | undefined
  readonly botUserId: () => string | undefined
  readonly sender: ReplySender
  readonly channelRule: ChannelRule
  readonly queue: Pick<UploadQueue, 'learnShare'>
  readonly catalogue: ListenerDeps['catalogue']
  readonly dateOrder: 'day_first' | 'month_first'
  /** False: no reactions on messages that share files. */
  readonly hasReactions: boolean
  /** Milliseconds Slack may take to show the share of a file. */
  readonly shareMs: number | undefined
  readonly inBackground: ReturnType<typeof createBackgroundWork>['run']
  readonly log: Log
}

/** Wires what an upload shows in its thread: progress, receipt, failed rows, reactions. */
export function createUploadReplies(deps: UploadRepliesDeps) {
  const { client, models, apiUrl, botUserId, sender, channelRule, queue, shareMs, log } = deps
  const claimant = randomUUID()
  const message = createUploadMessage({
    client,
    botUserId,
    sender,
    store: {
      claim: async (upload, isClaimed) =>
        isClaimed && isClaimedAtEnd(upload, claimant)
          ? { kind: 'granted', isFirst: true }
          : await claimReceiptMessage(models, upload._id, claimant),
      beginWord: (upload, word) => beginWord(models, upload._id, word),
      remember: (upload, ts, word) => rememberReceiptMessage(models, upload, ts, word),
      forget: (upload, ts) => forgetReceiptMessage(models, upload._id, ts),
      isRemembered: (channel, ts) => isReceiptMessage(models, channel, ts),
      beginEdit: (upload) => beginEdit(models, upload._id, claimant),
      endEdit: (upload) => endEdit(models, upload._id, claimant),
    },
  })
  const failedRows = createFailedRowsSender({
    client,
    apiUrl,
    botUserId,
    ...(shareMs !== undefined && { pauseMs: shareMs }),
    store: createFailedRowsStore({ models }),
    write: (upload, path) => writeFailedRows(models, upload, path, { dateOrder: deps.dateOrder }),
  })
  const reactions = createReactions({
    client,
    store: createReactionStore({ models }),
    isOn: deps.hasReactions,
    log,
  })
  const listener = createSlackUploadListener({
    message,
    react: (upload) => reactions.show(upload),
    hasReactions: () => reactions.areOn(),
    claimReceipt: (_, status) => ({ ...claimMessageAtEnd(claimant), ...reactions.willShow(status) }),
    isOurs,
    catalogue: deps.catalogue,
    findProblems: (upload) => findProblems(models, upload._id, MAX_PROBLEMS),
    findLast: (upload) => findSameHeadings(models, upload),
    repeatLastWord: (upload) => repeatLastWord(models, upload),
    sendFailedRows: (upload) => failedRows.send(upload),
    log,
  })

  /** Nobody is informed of a picture in the queue: it is checked and dropped when its turn comes. */
  async function isOurs(upload: SlackUpload): Promise<boolean> {
    const { file_id, channel } = upload.source
    if ((await channelRule.checkShare(upload.source.user, channel)) === 'not_in_channel') return false
    const file = await readFileInfo(client, file_id, channel, {
      isUnshared: upload.source.unshared,
      expected: { user: upload.source.user, sharedAt: upload.shared_at },
    })
    if (isOwnPost(file, upload.source, botUserId()) || classifyFile(file) === 'not_for_us') return false
    const found = findShare(file, upload.source, upload.shared_at, botUserId())
    // The message belongs to the import of its share, not to a file read again or a preview.
    const isShare = upload.kind === 'import' && !upload.reread_of && !upload.preview_wanted
    // Of a file that was shared before, Slack may show the earlier message only. The stored one stays for good.
    const share = found && (!isShare || isReported(found, upload.shared_at)) ? found : undefined
    const seen = isShare && share && { ts: share.ts, reaction: reactions.nameOf('queued') }
    const learned =
      file.name === undefined ? undefined : await queue.learnShare(upload, file.name, seen || undefined)
    // Its place is posted once its own message is visible.
    if (found && !share) return false
    if (share) {
      message.learnThread(upload, threadOf(share))
      deps.inBackground('reaction not shown', () => reactions.show(learned ?? upload, share.ts))
    }
    return true
  }

  return { listener, reactions }
}
