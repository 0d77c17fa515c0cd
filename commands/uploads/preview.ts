import type { FileUpload, UploadKind } from '../../models/index.ts'
import { approveUpload } from '../../src/uploads/guard/index.ts'
import { previewWaiting, queuePreview, requestPreview } from '../../src/uploads/worker/index.ts'
import { refuseManyPreviews, resolvePressed } from '../access/index.ts'
import {
  APPROVE_UPLOAD,
  CORRECT_SHARED_PHONES,
  describeDecision,
  describeExamples,
  describeImportAnyway,
  findMeantUpload,
  IMPORT_ANYWAY,
  isReply,
  isSharedIn,
  nameThread,
  PREVIEW_EXAMPLES,
} from '../receipts/index.ts'
import {
  type ActionDefinition,
  type ActionInput,
  type CommandDeps,
  type CommandInput,
  onlyInChannels,
  type Reply,
  type Sentence,
  traced,
} from '../reply/index.ts'
import { askForChannel, IMPORT_PRIVATE, importPrivate } from './import-private.ts'
import { findNamedCustomers } from './uploads-second-phones.ts'

const NO_FILE: Readonly<Record<Exclude<UploadKind, 'import'>, string>> = {
  undo: 'an undo',
  forget: 'a request to forget a person',
  switch: 'a switch of what a record is',
}

/** `/uploads preview`: previews the person's next file. `/uploads preview 42`: previews that file again. */
export async function runPreview(input: CommandInput, deps: CommandDeps): Promise<Reply> {
  if (input.text === '') {
    const tooMany = await refuseManyPreviews(input, deps)
    if (tooMany) return tooMany
    await requestPreview(deps.models, input)
    return replyWith(
      'Share the file here within 15 minutes. I will show what it would do, and import it only after you confirm.',
    )
  }
  const upload = await findMeantUpload(input.text, input, deps, '/uploads preview 42')
  if (isReply(upload)) return upload
  if (upload.kind !== 'import')
    return replyWith(`#${upload.number} is ${NO_FILE[upload.kind]}, so there is no file to preview.`)
  if (upload.source.kind === 'slack' && !isSharedIn(upload, input))
    return replyWith(`#${upload.number} was not shared in this channel.`)
  if (upload.status === 'held')
    return traced({ ...describeDecision(upload, deps.catalogue), visibility: 'asker' }, 'looked_up', {
      uploads: [upload.number],
      customers: await findNamedCustomers(upload, [], deps),
    })
  if (upload.status === 'running' && upload.preview_wanted) return await describeInThread(upload, deps)
  if (upload.status === 'running') return replyWith(`#${upload.number} is being imported right now.`)
  if (upload.status === 'queued' && (await previewWaiting(deps.models, upload)))
    return await describeInThread(upload, deps)
  return await previewAgain(upload, input, deps)
}

async function previewAgain(
  { source, file }: FileUpload,
  { team, channel, user, now }: Pick<CommandInput, 'team' | 'channel' | 'user' | 'now'>,
  deps: CommandDeps,
): Promise<Reply> {
  if (source.kind !== 'slack') return replyWith('Only files shared in Slack can be previewed here.')
  const tooMany = await refuseManyPreviews({ user }, deps)
  if (tooMany) return tooMany
  const { file_id, thread, unshared } = source
  const preview = await queuePreview(
    deps.models,
    {
      team,
      channel,
      user,
      file_id,
      name: file.name,
      ...(thread !== undefined && { thread }),
      ...(unshared && { unshared }),
    },
    now,
  )
  deps.onWorkQueued?.()
  return traced(await describeInThread(preview, deps), 'previewed', { uploads: [preview.number] })
}

export const PREVIEW_ACTIONS: readonly ActionDefinition[] = [
  {
    name: APPROVE_UPLOAD,
    scopeOf: onlyInChannels,
    run: decide,
  },
  {
    name: IMPORT_ANYWAY,
    scopeOf: onlyInChannels,
    replacesQuestion: true,
    confirms: true,
    run: approve,
  },
  {
    name: IMPORT_PRIVATE,
    scopeOf: onlyInChannels,
    replacesQuestion: true,
    confirms: true,
    run: importPrivate,
  },
  {
    name: CORRECT_SHARED_PHONES,
    scopeOf: onlyInChannels,
    run: (input, deps) => approve(input, deps, 'to_correct'),
  },
  {
    name: PREVIEW_EXAMPLES,
    scopeOf: onlyInChannels,
    run: showExamples,
  },
]

/** A file held by the guard needs another confirmation. */
async function decide(input: ActionInput, deps: CommandDeps): Promise<Reply> {
  const upload = await findHere(input, deps)
  const isSuspicious =
    upload && !isReply(upload) && upload.status === 'held' && (upload.hold?.reasons.length ?? 0) > 0
  if (!isSuspicious || upload.private_until) return await approve(input, deps)
  await input.openWindow?.()
  return traced(describeImportAnyway(upload), 'looked_up', { uploads: [upload.number] })
}

async function approve(input: ActionInput, deps: CommandDeps, sharedPhones?: 'to_correct'): Promise<Reply> {
  const upload = await findHere(input, deps)
  if (upload && isReply(upload)) return upload
  if (!upload) return replyWith('This file does not wait for a decision here. Nothing was changed.')
  if (upload.private_until && upload.status === 'held')
    return await askForChannel(upload, input, deps, sharedPhones)
  const approved = await approveUpload(deps.models, upload, {
    by: input.user,
    at: input.now,
    ...(sharedPhones && { shared_phones: sharedPhones }),
  })
  if (!approved) return replyWith(`#${upload.number} no longer waits for an answer. Nothing was changed.`)
  deps.onUploadAnswered?.(approved)
  const reply = replyWith([
    'The file is being imported. The receipt will be posted as a reply to ',
    await nameThread(upload, deps),
    '.',
  ])
  return traced(reply, 'imported', { uploads: [upload.number] })
}

async function showExamples(input: ActionInput, deps: CommandDeps): Promise<Reply> {
  const upload = await findHere(input, deps)
  if (upload && isReply(upload)) return upload
  if (!upload?.preview) return replyWith('There are no examples to show.')
  return traced(describeExamples(upload, deps.catalogue), 'looked_up', { uploads: [upload.number] })
}

/** An upload that was shared in this channel. Undos are no files. */
async function findHere(input: ActionInput, deps: CommandDeps): Promise<FileUpload | Reply | undefined> {
  const upload = await resolvePressed(input.value, input, deps)
  if (!upload || isReply(upload)) return upload ?? undefined
  return isSharedIn(upload, input) && upload.kind === 'import' ? upload : undefined
}

async function describeInThread(upload: FileUpload, deps: CommandDeps): Promise<Reply> {
  return replyWith([
    'The preview (',
    { bold: `#${upload.number}` },
    ') will be posted as a reply to ',
    await nameThread(upload, deps),
    '.',
  ])
}

const replyWith = (text: Sentence): Reply => ({ visibility: 'asker', parts: [{ kind: 'text', text }] })
