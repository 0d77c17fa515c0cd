import type { FileUpload } from '../../models/index.ts'
import { findUploadOfShare } from '../../src/uploads/queries/index.ts'
import { createUploadQueue, previewWaiting, queuePreview } from '../../src/uploads/worker/index.ts'
import { refuseManyPreviews } from '../access/index.ts'
import { linkThread } from '../receipts/index.ts'
import { type CommandDeps, type Inline, type Reply, type Sentence, traced } from '../reply/index.ts'
import { describeResult } from '../uploads/index.ts'
import { PREVIEW_UPLOAD } from './private-preview.ts'

/** The message of a message shortcut. */
export interface ShortcutInput {
  readonly team: string
  readonly channel: string
  readonly user: string
  readonly now: Date
  readonly message: {
    readonly ts: string
    /** `ts` of the thread for the reply. */
    readonly thread: string
    /** Its author; absent for an app. */
    readonly user?: string
    /** The bot posted it. */
    readonly isOurs?: boolean
    readonly files: readonly {
      readonly id: string
      readonly name?: string
      /** False: a picture, or another file that is certainly no list. */
      readonly isTable: boolean
      /** True if Slack confirms that the file was shared in this channel. */
      readonly isShared: boolean
    }[]
  }
}

export interface ShortcutDefinition {
  /** As in the manifest. */
  readonly callbackId: string
  readonly name: string
  readonly description: string
  /** @throws driver errors */
  run(input: ShortcutInput, deps: CommandDeps): Promise<Reply>
}

/** The message shortcuts: a test compares the manifest with them. */
export const SHORTCUTS: readonly ShortcutDefinition[] = [
  {
    callbackId: 'preview_file',
    name: 'Preview this file',
    description: 'Show what importing it would do, and import nothing',
    run: previewFiles,
  },
  {
    callbackId: 'import_file',
    name: 'Import this file',
    description: 'Import it, if that has not been done',
    run: importFiles,
  },
]

async function previewFiles(input: ShortcutInput, deps: CommandDeps): Promise<Reply> {
  if (input.message.isOurs) return describeOurs()
  const { team, channel, user, now, message } = input
  const answers: Sentence[] = []
  const uploads: number[] = []
  for (const { id, name, ...file } of message.files) {
    const refusal = refuseFile(file)
    if (refusal) {
      answers.push([{ code: name ?? id }, refusal])
      continue
    }
    const tooMany = await refuseManyPreviews({ user }, deps)
    if (tooMany) return describeStopped(tooMany, answers, uploads, deps)
    const shared = await findUploadOfShare(deps.models, { channel, fileId: id, sharedAt: timeOf(message.ts) })
    const isWaiting = shared !== null && (await previewWaiting(deps.models, shared))
    const place = { team, channel, user, file_id: id, thread: message.thread }
    const preview = isWaiting
      ? shared
      : await queuePreview(deps.models, { ...place, ...(name !== undefined && { name }) }, now)
    uploads.push(preview.number)
    answers.push([
      'The preview of ',
      { code: name ?? id },
      ' (',
      nameOf(preview),
      ') will be posted in ',
      await linkThread(channel, message.thread, deps),
      '.',
    ])
  }
  return traced(finish(answers, deps), 'previewed', { uploads })
}

/** The files before it are still previewed. */
function describeStopped(
  tooMany: Reply,
  answers: readonly Sentence[],
  uploads: readonly number[],
  deps: CommandDeps,
): Reply {
  if (answers.length === 0) return tooMany
  const { visibility, parts } = finish(answers, deps)
  return traced({ visibility, parts: [...parts, ...tooMany.parts] }, 'previewed', { uploads })
}

/** A share is imported once: a known one is shown with its number. */
async function importFiles(input: ShortcutInput, deps: CommandDeps): Promise<Reply> {
  if (input.message.isOurs) return describeOurs()
  const { team, channel, message } = input
  const queue = createUploadQueue({ models: deps.models })
  const answers: Sentence[] = []
  const uploads: number[] = []
  for (const { id, name, ...file } of message.files) {
    const refusal = refuseFile(file)
    if (refusal) {
      answers.push([{ code: name ?? id }, refusal])
      continue
    }
    const { upload, isNew } = await queue.queueSlackShare({
      team,
      channel,
      user: message.user ?? input.user,
      fileId: id,
      sharedAt: timeOf(message.ts),
      ts: message.ts,
    })
    uploads.push(upload.number)
    answers.push(
      isNew
        ? [
            { code: name ?? id },
            ' is in the queue as ',
            nameOf(upload),
            '. The receipt will be posted in ',
            await linkThread(channel, message.thread, deps),
            '.',
          ]
        : [{ code: name ?? id }, ' was already uploaded: ', nameOf(upload), ...describeState(upload)],
    )
  }
  return traced(finish(answers, deps), 'imported', { uploads })
}

/** Completes the sentence about a file that is not imported. */
function refuseFile({ isTable, isShared }: Pick<MessageFile, 'isTable' | 'isShared'>): string | undefined {
  if (!isTable) return ' is not a customer list, so there is nothing to import.'
  return isShared ? undefined : ' was not shared in this channel. Share it here.'
}

type MessageFile = ShortcutInput['message']['files'][number]

/** The bot never imports its own posts: a person who wants that must share the file. */
function describeOurs(): Reply {
  return {
    trace: { did: 'asked', isRefused: true },
    visibility: 'asker',
    parts: [
      { kind: 'headline', text: 'I posted this file, so I do not import it from here.' },
      { kind: 'text', text: 'Choose "Share file" in its menu: your share is imported.' },
    ],
  }
}

/** The state of a file that is already an upload. */
function describeState(upload: FileUpload): Inline[] {
  return upload.status === 'failed'
    ? [' was not imported. To import it, share it again.']
    : [', ', ...[describeResult(upload)].flat(), '.']
}

function finish(answers: readonly Sentence[], deps: CommandDeps): Reply {
  if (answers.length > 0) deps.onWorkQueued?.()
  const parts = answers.length > 0 ? answers : ['This message has no file.']
  return { visibility: 'asker', parts: parts.map((text) => ({ kind: 'text', text })) }
}

const nameOf = ({ number }: { readonly number: number }): Inline => ({ bold: `#${number}` })

/** Slack's `ts` is seconds, with six decimals. */
const timeOf = (ts: string): Date => new Date(Math.round(Number(ts) * 1000))

/** The global shortcuts: each opens a modal, so `src/slack` handles it. */
export const GLOBAL_SHORTCUTS = [
  {
    callbackId: 'lookup_customer',
    name: 'Look a customer up',
    description: 'Find a customer by phone, name, e-mail or loan ID',
  },
  {
    callbackId: PREVIEW_UPLOAD,
    name: 'Preview a file',
    description: 'Show what a file would do; only you can see it',
  },
] as const
