import type { FileUpload } from '../../models/index.ts'
import { describeElsewhere, resolveUpload } from '../access/index.ts'
import {
  type CommandDeps,
  type Inline,
  type Reply,
  type ReplyPart,
  toAsker,
  type Viewer,
  viewButton,
  viewValue,
} from '../reply/index.ts'

const NUMBER = /^(?:(?:no|nr|number|upload|file)\.?)?[ #]*(\d{1,9})$/i
const LAST = /^(?:the )?(?:last|latest|newest|most recent)(?: (?:one|upload|file))?$/i

/** The upload somebody means: `42`, `#42`, `no. 42`, `last`, `the latest one`. Undefined where it is no such word. */
export function parseUploadReference(text: string): number | 'last' | undefined {
  const trimmed = text.trim().replace(/[.?!]$/, '')
  // As receipts write it: 1,042 or 1,00,042.
  const plain = /^#?\d{1,3}(?:,\d{2,3})+$/.test(trimmed) ? trimmed.replaceAll(',', '') : trimmed
  const number = NUMBER.exec(plain)?.[1]
  if (number !== undefined) return Number(number)
  return LAST.test(plain) ? 'last' : undefined
}

/** @returns the upload, or what to say where there is none such, or it is of a channel the person is not in */
export async function findMeantUpload(
  text: string,
  viewer: Viewer,
  deps: CommandDeps,
  example: string,
): Promise<FileUpload | Reply> {
  const reference = parseUploadReference(text)
  if (reference === undefined)
    return toAsker(
      {
        kind: 'headline',
        text:
          text.trim() === '' ? 'Which upload? Type its number.' : `"${text.trim()}" is not an upload number.`,
      },
      howTo(example),
    )
  const upload = await resolveUpload(reference, viewer, deps)
  if (upload === 'elsewhere')
    return typeof reference === 'number' ? describeElsewhere(reference) : describeElsewhere()
  if (upload) return upload
  if (reference === 'last')
    return toAsker(
      { kind: 'headline', text: 'No file has been uploaded yet.' },
      { kind: 'text', text: 'Share a CSV file in this channel and I will import it.' },
    )
  return toAsker(
    { kind: 'headline', text: ['There is no upload ', { bold: `#${reference}` }, '.'] },
    howTo(example),
  )
}

export function isReply(found: FileUpload | Reply): found is Reply {
  return 'visibility' in found
}

function howTo(example: string): ReplyPart {
  return {
    kind: 'text',
    text: ['Example: ', { code: example }, '. To see the numbers, type ', { code: '/uploads recent' }, '.'],
  }
}

/** `#42 day-1.csv`, `#43, the undo of #42`. */
export function nameUploadBriefly(upload: FileUpload): Inline[] {
  const number: Inline = { bold: `#${upload.number}` }
  switch (upload.kind) {
    case 'forget':
      return [number, upload.status === 'done' ? ' (a person was forgotten)' : ' (to forget a person)']
    case 'undo':
      return [number, ` (undo of #${upload.undo_of.number})`]
    case 'import':
    case 'switch':
      return [number, ' ', { code: upload.file.name }]
  }
}

/** True if the upload was shared in this channel. A channel has one id, whatever team a payload named with it. */
export function isSharedIn({ source }: FileUpload, { channel }: { readonly channel: string }): boolean {
  return source.kind === 'slack' && source.channel === channel
}

export function showButton({ number }: FileUpload) {
  return viewButton(`Show #${number}`, viewValue('upload', number))
}

type LinkDeps = Pick<CommandDeps, 'linkToMessage'>

/**
 * The name of an upload's file, as a link to its thread where Slack tells one. The bot's own message comes first: its link
 * opens the thread, that of the file's message only the channel.
 */
export async function nameThread({ source, file, receipt }: FileUpload, deps: LinkDeps): Promise<Inline> {
  const message = receipt.message ?? (source.kind === 'slack' ? source.thread : undefined)
  const link =
    source.kind === 'slack' && message !== undefined
      ? await deps.linkToMessage?.(source.channel, message)
      : undefined
  return link === undefined ? { code: file.name } : { link, label: file.name }
}

/** `its thread`, as a link where Slack tells one. */
export async function linkThread(channel: string, thread: string, deps: LinkDeps): Promise<Inline> {
  const link = await deps.linkToMessage?.(channel, thread)
  return link === undefined ? 'its thread' : { link, label: 'its thread' }
}
