import type { FileUpload } from '../../models/index.ts'
import { explainNumbers } from '../../src/uploads/queries/index.ts'
import { describeElsewhere, reachOf, resolveNamed, resolveUpload } from '../access/index.ts'
import { parseUploadReference } from '../forms/index.ts'
import {
  brief,
  type CommandDeps,
  type Inline,
  PICK_PAGE,
  pageButton,
  pageValue,
  type Reply,
  type ReplyPart,
  toAsker,
  type Viewer,
} from '../reply/index.ts'

/** Maximum of listed files with the same name. */
const MAX_NAMED = 10
const MAX_LETTERS = 60

/** @returns the upload, or a reply if there is none, or the person is not in its channel */
const LATEST: ReplyPart = {
  kind: 'buttons',
  buttons: [pageButton('Latest uploads', pageValue('recent', ''))],
}
export async function findMeantUpload(
  text: string,
  viewer: Viewer,
  deps: CommandDeps,
  example: string,
): Promise<FileUpload | Reply> {
  const reference = parseUploadReference(text)
  if (text.trim() === '')
    return toAsker({ kind: 'headline', text: 'Which upload? Type its number.' }, howTo(example), LATEST)
  if (reference === undefined && /^#?\d+$/.test(text.trim()))
    return toAsker(
      { kind: 'headline', text: `"${brief(text.trim(), MAX_LETTERS)}" is not an upload number.` },
      howTo(example),
      LATEST,
    )
  if (reference === undefined) return await findNamed(text.trim(), viewer, deps)
  const upload = await resolveUpload(reference, viewer, deps)
  if (upload === 'elsewhere')
    return typeof reference === 'number' ? describeElsewhere(reference) : describeElsewhere()
  if (upload) return upload
  if (reference === 'last')
    return toAsker(
      { kind: 'headline', text: 'No file has been uploaded yet.' },
      { kind: 'text', text: 'Share a CSV file or an Excel workbook in this channel and I will import it.' },
    )
  const reason = (await explainNumbers(deps.models, [reference], reachOf(viewer, deps))).get(reference)
  if (reason === 'no_list')
    return toAsker(
      { kind: 'headline', text: [{ bold: `#${reference}` }, ' is not in the list of uploads.'] },
      { kind: 'text', text: NO_LIST },
    )
  return toAsker(
    { kind: 'headline', text: ['There is no upload ', { bold: `#${reference}` }, '.'] },
    howTo(example),
    LATEST,
  )
}

/** Why a number finds nothing. */
const NO_LIST =
  'This number belongs to a repeated share or to a file that is not a customer list. Nothing was imported.'

/** Finds a file by name: one, or several to pick from. */
async function findNamed(name: string, viewer: Viewer, deps: CommandDeps): Promise<FileUpload | Reply> {
  const found = await resolveNamed(name, MAX_NAMED + 1, viewer, deps)
  const [only, ...others] = found
  if (!only)
    return toAsker({ kind: 'headline', text: `No file is called "${brief(name, MAX_LETTERS)}".` }, LATEST)
  if (others.length === 0) return only
  const shown = found.slice(0, MAX_NAMED)
  const count = found.length > MAX_NAMED ? `The latest ${MAX_NAMED} files` : `${found.length} files`
  return toAsker(
    { kind: 'headline', text: `${count} are called "${brief(name, MAX_LETTERS)}". Which one?` },
    {
      kind: 'table',
      columns: ['#', 'File', 'Who', 'When'],
      rows: shown.map(({ number, file, source, shared_at }) => [
        `#${number}`,
        file.name,
        [{ user: source.user }],
        [{ time: shared_at, style: 'minute' as const }],
      ]),
    },
    {
      kind: 'menu',
      action: PICK_PAGE,
      label: 'Show one of them',
      value: '',
      options: shown.map(({ number, file }) => ({
        label: `#${number} ${file.name}`,
        value: pageValue('upload', number),
      })),
    },
  )
}

export function isReply(found: object): found is Reply {
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

/** True if the upload was shared in this channel. A channel has the same id in payloads of any team. */
export function isSharedIn({ source }: FileUpload, { channel }: { readonly channel: string }): boolean {
  return source.kind === 'slack' && source.channel === channel
}

export function showButton({ number }: FileUpload) {
  return pageButton(`Show #${number}`, pageValue('upload', number))
}

type LinkDeps = Pick<CommandDeps, 'linkToMessage'>

/**
 * The file's name, as a link to its thread if Slack returns one. The bot's own message is preferred: its link
 * opens the thread, while the file's message opens only the channel.
 */
export async function nameThread({ source, file, receipt }: FileUpload, deps: LinkDeps): Promise<Inline> {
  const message = receipt.message ?? (source.kind === 'slack' ? source.thread : undefined)
  const link =
    source.kind === 'slack' && message !== undefined
      ? await deps.linkToMessage?.(source.channel, message)
      : undefined
  return link === undefined ? { code: file.name } : { link, label: file.name }
}

/** `its thread`, as a link if Slack returns one. */
export async function linkThread(channel: string, thread: string, deps: LinkDeps): Promise<Inline> {
  const link = await deps.linkToMessage?.(channel, thread)
  return link === undefined ? 'its thread' : { link, label: 'its thread' }
}
