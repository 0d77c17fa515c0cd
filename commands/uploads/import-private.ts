import type { FileUpload } from '../../models/index.ts'
import { importPrivateFile } from '../../src/uploads/guard/index.ts'
import { resolvePressed } from '../access/index.ts'
import { describeImportAnyway, isReply, nameUploadBriefly } from '../receipts/index.ts'
import {
  type ActionInput,
  type Button,
  type CommandDeps,
  describeGone,
  type Reply,
  toAsker,
  traced,
} from '../reply/index.ts'

/** Imports a file that only its sender has seen into the channel they choose. */
export const IMPORT_PRIVATE = 'import_private'

/** Slack's limit for a menu. */
const MAX_CHANNELS = 100
const TO_CORRECT = 'to_correct'

/** Asks for the channel to import the file into: both the person and the bot must be in it. */
export async function askForChannel(
  upload: FileUpload,
  { user, openWindow }: Pick<ActionInput, 'user' | 'openWindow'>,
  deps: CommandDeps,
  sharedPhones?: typeof TO_CORRECT,
): Promise<Reply> {
  await openWindow?.()
  const channels = (await deps.listChannels?.(user)) ?? []
  if (channels.length === 0)
    return toAsker({
      kind: 'headline',
      text: 'You and I are in no channel together, so I cannot import it. Invite me to a channel first.',
    })
  const buttons = channels.slice(0, MAX_CHANNELS).map(({ id, name }): Button => {
    const value = [upload.number, id, ...(sharedPhones ? [sharedPhones] : [])].join(':')
    return { label: `Import into #${name}`, action: IMPORT_PRIVATE, value }
  })
  const isSuspicious = (upload.hold?.reasons.length ?? 0) > 0
  const doubts = isSuspicious
    ? describeImportAnyway(upload).parts.filter(({ kind }) => kind !== 'buttons')
    : []
  const rest = channels.length - MAX_CHANNELS
  return traced(
    toAsker(
      ...(isSuspicious
        ? doubts
        : [
            {
              kind: 'headline' as const,
              text: ['Into which channel do you want to import ', ...nameUploadBriefly(upload), '?'],
            },
          ]),
      { kind: 'text', text: 'The members of the channel will see the receipt and the rows to correct.' },
      ...(rest > 0
        ? [
            {
              kind: 'note' as const,
              text: `The first ${MAX_CHANNELS} channels are listed. For another one, share the file there.`,
            },
          ]
        : []),
      { kind: 'buttons', buttons },
    ),
    'looked_up',
    { uploads: [upload.number] },
  )
}

/** Runs once, however often it is submitted. Membership in the channel is checked again. */
export async function importPrivate(input: ActionInput, deps: CommandDeps): Promise<Reply> {
  const [number, channel = '', sharedPhones] = input.value.split(':')
  const upload = await resolvePressed(number, input, deps)
  if (!upload) return describeGone()
  if (isReply(upload)) return upload
  const about = { uploads: [upload.number] }
  const named = ((await deps.listChannels?.(input.user)) ?? []).find(({ id }) => id === channel)
  if (!named)
    return traced(
      toAsker({ kind: 'headline', text: 'You and I are not both in that channel. Nothing was imported.' }),
      'imported',
      { ...about, isRefused: true },
    )
  const approved = await importPrivateFile(deps.models, upload, channel, {
    by: input.user,
    at: input.now,
    ...(sharedPhones === TO_CORRECT && { shared_phones: TO_CORRECT }),
  })
  if (!approved)
    return traced(
      toAsker({
        kind: 'text',
        text: [...nameUploadBriefly(upload), ' no longer waits for an answer. Nothing was changed.'],
      }),
      'asked',
      about,
    )
  // The preview's message is updated in its conversation.
  deps.onUploadAnswered?.({ ...upload, status: 'queued', preview_wanted: false })
  return traced(
    toAsker({
      kind: 'text',
      text: [
        ...nameUploadBriefly(upload),
        ` is being imported into #${named.name}. The receipt will be posted there.`,
      ],
    }),
    'imported',
    about,
  )
}
