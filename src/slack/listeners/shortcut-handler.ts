import type { MessageShortcut, RespondFn } from '@slack/bolt'
import type { WebClient } from '@slack/web-api'
import type { ShortcutDefinition, ShortcutInput } from '../../../commands/home/index.ts'
import { AppError } from '../../errors.ts'
import { readFileName } from '../../uploads/import/index.ts'
import { type AuthorizeDeps, authorize } from '../access/index.ts'
import { respondWith } from '../answers/index.ts'
import { classifyFile, listShares, readFileInfo, type SlackFile } from '../files/index.ts'

/** Maximum of files checked per message: Slack's limit for one message. */
const MAX_FILES = 10
/** Milliseconds Slack may take to show where a file was shared. */
const PAUSE_MS = 2_000

/** Runs a message shortcut and replies to the person only. */
export async function answerShortcut(
  shortcuts: readonly ShortcutDefinition[],
  body: MessageShortcut,
  respond: RespondFn,
  deps: AuthorizeDeps & { readonly client: WebClient },
): Promise<void> {
  const { log } = deps
  const definition = shortcuts.find(({ callbackId }) => callbackId === body.callback_id)
  if (!definition) return
  const place = { team: deps.teamId(), channel: body.channel.id, user: body.user.id }
  const reply = await authorize(
    { entry: 'shortcut', name: definition.callbackId, ...place },
    deps,
    async () => {
      const message = readMessage(body, deps.botUserId())
      const files = await Promise.all(
        message.files.map(async (file) => ({
          ...file,
          isShared: await isSharedIn(deps.client, file.id, place.channel),
        })),
      )
      return await definition.run(
        { ...place, now: new Date(), message: { ...message, files } },
        deps.commandDeps,
      )
    },
  )
  try {
    await respondWith(respond, reply, deps.sender)
    log.info({ shortcut: definition.callbackId }, 'shortcut answered')
  } catch (error) {
    log.error({ shortcut: definition.callbackId, err: error }, 'shortcut not answered')
  }
}

/** Asks Slack, because a file id in a message does not prove where the file may be read. */
async function isSharedIn(client: WebClient, fileId: string, channel: string): Promise<boolean> {
  if (!/^F[A-Z0-9]{2,63}$/.test(fileId)) return false
  try {
    const file = await readFileInfo(client, fileId, channel, { pauseMs: PAUSE_MS })
    return listShares(file, channel).length > 0
  } catch (error) {
    if (error instanceof AppError && (error.code === 'file_deleted' || error.code === 'slack_refused'))
      return false
    throw error
  }
}

type MessageRead = Omit<ShortcutInput['message'], 'files'> & {
  readonly files: readonly Omit<ShortcutInput['message']['files'][number], 'isShared'>[]
}

function readMessage({ message, message_ts }: MessageShortcut, botUserId: string | undefined): MessageRead {
  const files: unknown = message.files
  return {
    ts: message_ts,
    thread: typeof message.thread_ts === 'string' ? message.thread_ts : message_ts,
    ...(message.user !== undefined && { user: message.user, isOurs: message.user === botUserId }),
    files: (Array.isArray(files) ? files : []).slice(0, MAX_FILES).flatMap((file: unknown) => {
      const { id, name } = (file ?? {}) as { id?: unknown; name?: unknown }
      if (typeof id !== 'string') return []
      const isTable = !isOther((file ?? {}) as SlackFile)
      return [{ id, isTable, ...(typeof name === 'string' && { name: readFileName(name) || id }) }]
    }),
  }
}

/**
 * True for pictures, videos and documents, which are never imported. A near miss of a list gets its reply
 * later.
 */
function isOther(file: SlackFile): boolean {
  // The message may lack parts of Slack's file object.
  if (file.mode === undefined) return false
  try {
    return classifyFile(file) === 'not_for_us'
  } catch {
    return false
  }
}
