import { setTimeout as sleep } from 'node:timers/promises'
import type { Forward, FrontCall, FrontLayer } from '../slack/index.ts'
import { argumentsOf, methodOf } from './call-arguments.ts'

/** Delays of Slack's file handling, in milliseconds. */
export interface FileLateness {
  /** After an upload, `files.info` answers `file_not_found` for this long. */
  unknownMs: number
  /** After a share, `files.info` lacks its message and the file's type for this long. */
  unsharedMs: number
  /** `files.completeUploadExternal` answers this long before the file is shared. */
  completeMs: number
}

export interface LateFiles {
  readonly layer: FrontLayer
  readonly lateness: FileLateness
  /**
   * The next uploads of the bot are reported as shared, but never are (bolt-js#2115, python-slack-sdk#1277).
   */
  forgetShares(count: number): void
  /** A file was created. */
  begun(fileId: string): void
  /** A file was shared in a channel. */
  shared(fileId: string, channel: string): void
  stop(): Promise<void>
}

interface SeenFile {
  readonly id: string
  mimetype?: string
  shares?: Record<string, Record<string, { ts: string }[]>>
}

/** Slack reports a file before it knows it, and a share before it exists. */
export function createLateFiles(lateness: FileLateness, isBot: (call: FrontCall) => boolean): LateFiles {
  const begunAt = new Map<string, number>()
  /** By file and channel: the time of its last share there. */
  const sharedAt = new Map<string, number>()
  const underWay = new Set<Promise<unknown>>()
  /** Files that are completed and not shared yet. */
  const pending = new Set<string>()
  let toForget = 0

  const isYoung = (at: number | undefined, ms: number) => at !== undefined && Date.now() - at < ms

  async function showFiles(call: FrontCall, next: Forward): Promise<Response> {
    const answer = await next(call)
    const body: { ok: boolean; file?: SeenFile; files?: SeenFile[] } = JSON.parse(await answer.text())
    const { file, files } = body
    if (file && isYoung(begunAt.get(file.id), lateness.unknownMs))
      return Response.json({ ok: false, error: 'file_not_found' })
    const seen = {
      ...body,
      ...(file && { file: hideYoung(file) }),
      ...(files && { files: files.map(hideYoung) }),
    }
    return Response.json(seen)
  }

  function hideYoung(file: SeenFile): SeenFile {
    const { mimetype, ...rest } = file
    const shares = Object.entries(file.shares ?? {}).map(([kind, byChannel]) => {
      const seen = Object.entries(byChannel).map(([channel, all]) => {
        const isLate = isYoung(sharedAt.get(`${file.id} ${channel}`), lateness.unsharedMs)
        return [channel, isLate ? all.slice(0, -1) : all] as const
      })
      return [kind, Object.fromEntries(seen.filter(([, all]) => all.length > 0))] as const
    })
    return {
      ...rest,
      ...(mimetype !== undefined && !isYoung(begunAt.get(file.id), lateness.unsharedMs) && { mimetype }),
      shares: Object.fromEntries(shares),
    }
  }

  function note(files: unknown, channel: unknown): void {
    for (const id of idsOf(files)) sharedAt.set(`${id} ${channel}`, Date.now())
  }

  /** A completed file exists, and can be deleted before it is shared. */
  function answerPending(method: string, file: string): Response | undefined {
    if (!pending.has(file)) return undefined
    if (method === 'files.info')
      return Response.json({ ok: true, file: { id: file, mode: 'hosted', shares: {} } })
    if (method !== 'files.delete') return undefined
    pending.delete(file)
    return Response.json({ ok: true })
  }

  /** The uploaded file is known from now on; its share comes later, or never. */
  async function complete(call: FrontCall, next: Forward): Promise<Response> {
    const { files, channel_id: channel } = argumentsOf(call)
    if (channel === undefined) return await next(call)
    const [isForgotten, completeMs] = [toForget > 0, lateness.completeMs]
    const share = async () => {
      const answer = await next(call)
      note(files, channel)
      return answer
    }
    if (!isForgotten && completeMs === 0) return await share()
    const refusal = await checkPlace(call, next, String(channel))
    if (refusal) return refusal
    if (isForgotten) {
      toForget -= 1
      return await next(withoutPlace(call))
    }
    const ids = idsOf(files)
    for (const id of ids) pending.add(id)
    const work: Promise<unknown> = sleep(completeMs)
      .then(async () => {
        const isLeft = ids.every((id) => pending.delete(id))
        if (isLeft) await share()
      })
      .catch(() => undefined)
      .finally(() => underWay.delete(work))
    underWay.add(work)
    return Response.json({ ok: true, files })
  }

  return {
    lateness,
    forgetShares(count) {
      toForget = count
    },
    begun: (fileId) => begunAt.set(fileId, Date.now()),
    shared: (fileId, channel) => note([{ id: fileId }], channel),
    async stop() {
      await Promise.allSettled(underWay)
    },
    async layer(call, next) {
      const method = methodOf(call)
      if (method === undefined) return await next(call)
      const early = answerPending(method, String(argumentsOf(call).file))
      if (early) return early
      if (method === 'files.info' || method === 'files.list') return await showFiles(call, next)
      if (method === 'files.completeUploadExternal' && isBot(call)) return await complete(call, next)
      return await next(call)
    },
  }
}

function idsOf(files: unknown): string[] {
  const list: readonly { readonly id?: unknown }[] = Array.isArray(files) ? files : []
  return list.map(({ id }) => String(id))
}

/** Slack's checks before it answers. */
async function checkPlace(call: FrontCall, next: Forward, channel: string): Promise<Response | undefined> {
  if (channel.startsWith('D')) return undefined
  const answer = await next({
    ...call,
    path: '/api/conversations.info',
    headers: asForm(call.headers),
    body: Buffer.from(new URLSearchParams({ channel }).toString()),
  })
  const info: { ok: boolean; error?: string; channel?: { is_member?: boolean } } = JSON.parse(
    await answer.text(),
  )
  if (!info.ok) return Response.json({ ok: false, error: info.error })
  return info.channel?.is_member ? undefined : Response.json({ ok: false, error: 'not_in_channel' })
}

function asForm(headers: Headers): Headers {
  const form = new Headers(headers)
  form.set('content-type', 'application/x-www-form-urlencoded')
  return form
}

function withoutPlace(call: FrontCall): FrontCall {
  const { files } = argumentsOf(call)
  return {
    ...call,
    headers: asForm(call.headers),
    body: Buffer.from(new URLSearchParams({ files: JSON.stringify(files) }).toString()),
  }
}
