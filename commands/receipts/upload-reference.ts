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
export function nameUploadBriefly({ number, status, file, undo_of, forget }: FileUpload): Inline[] {
  if (forget)
    return [{ bold: `#${number}` }, status === 'done' ? ' (a person was forgotten)' : ' (to forget a person)']
  if (undo_of) return [{ bold: `#${number}` }, ` (undo of #${undo_of.number})`]
  return [{ bold: `#${number}` }, ' ', { code: file.name }]
}

/** True if the upload was shared in this channel. */
export function isSharedIn(
  { source }: FileUpload,
  { team, channel }: { readonly team: string; readonly channel: string },
): boolean {
  return source.kind === 'slack' && source.team === team && source.channel === channel
}

export function showButton({ number }: FileUpload) {
  return viewButton(`Show #${number}`, viewValue('upload', number))
}
