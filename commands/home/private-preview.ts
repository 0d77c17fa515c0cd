import { readFileName } from '../../src/uploads/import/index.ts'
import { queuePrivatePreview } from '../../src/uploads/worker/index.ts'
import { refuseManyPreviews } from '../access/index.ts'
import { type CommandDeps, type Reply, type ReplyPart, toAsker, traced, type Viewer } from '../reply/index.ts'

/** Opens a modal for a file that only its sender sees; also the name of the global shortcut. */
export const PREVIEW_UPLOAD = 'preview_upload'

/** A file submitted in a modal. */
interface GivenFile {
  readonly id: string
  readonly name?: string | undefined
}

/** The text below the file field. */
export function describePrivatePreview(): Reply {
  return toAsker(
    note('Only you can see the preview. Nothing is imported until you choose a channel.'),
    note(
      'After one day without an import, I discard the preview. Slack may keep the file among your files until you delete it there.',
    ),
  )
}

const note = (text: string): ReplyPart => ({ kind: 'note', text })

/**
 * Queues the preview of a file, for its sender only.
 * @param begin posts in their direct messages that the preview will come. @returns the place of that message
 */
export async function previewPrivately(
  file: GivenFile | undefined,
  { user, team, now }: Pick<Viewer, 'user'> & { readonly team: string; readonly now: Date },
  begin: (name: string) => Promise<{ readonly channel: string; readonly message: string }>,
  deps: CommandDeps,
): Promise<Reply> {
  if (!file) return toAsker({ kind: 'headline', text: 'No file arrived. Please try again.' })
  const tooMany = await refuseManyPreviews({ user }, deps)
  if (tooMany) return tooMany
  const name = readFileName(file.name ?? '') || file.id
  const place = await begin(name)
  const { number } = await queuePrivatePreview(
    deps.models,
    { team, user, ...place, fileId: file.id, name },
    now,
  )
  deps.onWorkQueued?.()
  const link = await deps.linkToMessage?.(place.channel, place.message)
  return traced(
    toAsker({
      kind: 'text',
      text: [
        'The preview of ',
        { code: name },
        ' (',
        { bold: `#${number}` },
        ') will be posted in ',
        link === undefined ? 'our conversation' : { link, label: 'our conversation' },
        '. Only you can see it.',
      ],
    }),
    'previewed',
    { uploads: [number] },
  )
}
