import type { WebClient } from '@slack/web-api'
import { AppError } from '../../errors.ts'
import { findShare, readFileInfo, type SlackUpload } from '../files/index.ts'

interface OwnReplyDeps {
  readonly client: WebClient
  readonly botUserId: () => string | undefined
  /** True if a message already belongs to an upload. */
  readonly isKnown: (channel: string, ts: string) => Promise<boolean>
}

type Share = NonNullable<ReturnType<typeof findShare>>

/**
 * Finds a share and the bot's reply to it by `files.info`, because without a history scope the bot cannot read
 * its own messages.
 */
export function createOwnReplyFinder(deps: OwnReplyDeps) {
  /** Undefined if the file is deleted or no share is known. */
  async function findShareOf({ source, shared_at }: SlackUpload): Promise<Share | undefined> {
    if (source.unshared) return undefined
    try {
      const file = await readFileInfo(deps.client, source.file_id, source.channel)
      return findShare(file, source, shared_at, deps.botUserId())
    } catch (error) {
      if (error instanceof AppError && error.code === 'file_deleted') return undefined
      throw error
    }
  }

  /** The latest reply to a share, if it can be the bot's own and belongs to no other upload. */
  async function findOwnReply({ source }: SlackUpload, share: Share): Promise<string | undefined> {
    const { latest_reply: latest, reply_users } = share
    const ownId = deps.botUserId()
    if (latest === undefined || ownId === undefined || !reply_users?.includes(ownId)) return undefined
    return (await deps.isKnown(source.channel, latest)) ? undefined : latest
  }

  return { findShareOf, findOwnReply }
}
