import { asFields } from './block-fields.ts'
import { type Forward, type FrontCall, type FrontLayer, withBody } from './slack-front.ts'

/** A share of an existing file, by "Share file" in its menu. */
interface ForwardedShare {
  readonly fileId: string
  readonly channel: string
  readonly ts: string
  readonly share_user_id: string
}

type Shares = Record<string, Record<string, object[]>>

interface ListedFile {
  readonly id: string
  readonly shares?: Shares
}

/**
 * Forwarded files, which the emulator lacks. A forwarded file keeps its owner (`file.user`): only the share
 * and the event name the person who forwarded it
 * (https://docs.slack.dev/reference/events/message/file_share).
 */
export function createForwardedFiles(): {
  readonly layer: FrontLayer
  add(share: ForwardedShare): void
} {
  const forwarded: ForwardedShare[] = []

  function withForwards(file: ListedFile): ListedFile {
    const ours = forwarded.filter(({ fileId }) => fileId === file.id)
    if (ours.length === 0) return file
    const shares: Shares = { public: {}, ...file.shares }
    for (const { channel, ts, share_user_id } of ours) {
      const bucket = Object.keys(shares).find((one) => shares[one]?.[channel]) ?? 'public'
      const before = shares[bucket]?.[channel] ?? []
      shares[bucket] = { ...shares[bucket], [channel]: [...before, { ts, share_user_id, source: 'UNKNOWN' }] }
    }
    return { ...file, shares }
  }

  /** Files that are in the channel only because they were forwarded there. */
  async function listMissing(
    call: FrontCall,
    next: Forward,
    listed: readonly ListedFile[],
  ): Promise<ListedFile[]> {
    const channel = new URLSearchParams(call.body.toString()).get('channel')
    const ids = new Set(forwarded.filter((one) => one.channel === channel).map(({ fileId }) => fileId))
    for (const { id } of listed) ids.delete(id)
    const infos = [...ids].map(async (id) => {
      const body = Buffer.from(new URLSearchParams({ file: id }).toString())
      const answer = await next({ ...call, path: '/api/files.info', body })
      const { file }: { file?: ListedFile } = JSON.parse(await answer.text())
      return file ? [file] : []
    })
    return (await Promise.all(infos)).flat()
  }

  return {
    add: (share) => forwarded.push(share),
    async layer(call, next) {
      const answer = await next(call)
      if (forwarded.length === 0 || !/^\/api\/files\.(?:info|list)/.test(call.path)) return answer
      const body: { file?: ListedFile; files?: ListedFile[] } = JSON.parse(await answer.text())
      const files = body.files && [...body.files, ...(await listMissing(call, next, body.files))]
      return withBody(
        answer,
        JSON.stringify({
          ...asFields(body),
          ...(body.file && { file: withForwards(body.file) }),
          ...(files && { files: files.map(withForwards) }),
        }),
      )
    },
  }
}
