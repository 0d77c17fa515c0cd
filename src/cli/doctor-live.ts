import { writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ChatPostEphemeralArguments, ChatPostMessageArguments, WebClient } from '@slack/web-api'
import type { Reply } from '../../commands/reply/index.ts'
import { AppError } from '../errors.ts'
import { withTemporaryFile } from '../private-files/index.ts'
import { listShares, readFileInfo, reserveFile, uploadBytes } from '../slack/files/index.ts'
import { ALL_NATIVE, type NativeBlock, renderBlocks, type SlackBlock } from '../slack/render/index.ts'
import { repeatIfLimited, toSlackError } from '../slack/transport/index.ts'
import { bad, type Finding, ok, warn } from './finding.ts'

/** A test of a workspace's features in one channel, with invented text. */
export interface LiveTry {
  readonly client: WebClient
  readonly apiUrl: string | undefined
  /** Slack channel id. */
  readonly channel: string
  /** Slack user id of a channel member who sees the ephemeral messages; absent: none are tested. */
  readonly person?: string | undefined
  /** Ends the test; everything is still cleaned up. */
  readonly signal: AbortSignal
  readonly timing?: Partial<LiveTiming>
}

/** All in milliseconds. */
interface LiveTiming {
  /** Time limit until an upload is shared. */
  readonly shareWithinMs: number
  readonly lookEveryMs: number
}

const TIMING: LiveTiming = { shareWithinMs: 60_000, lookEveryMs: 500 }
/** Late enough to be cancelled in time. */
const SCHEDULE_AHEAD_S = 20 * 60
const ORDER_TEXT = 'Test of npm run doctor -- --live. It is deleted at the end.'
const FILE_NAME = 'doctor-live-test.csv'
/** Invented data without phones; the bot never imports its own files. */
const FILE_TEXT = 'name,city\nAsha Example,Pune\nRavi Example,Nashik\n'

const FIX = 'see docs/operations.md, "When something is wrong"'

type Undo = () => Promise<unknown>

interface Step {
  readonly what: string
  /** The later steps depend on it. */
  readonly isNeeded?: true
  run(): Promise<Finding>
}

/**
 * Posts, edits, uploads and schedules in a channel, and reports what this workspace supports. Deletes what it
 * created, also when interrupted.
 */
export async function* tryLive(live: LiveTry): AsyncGenerator<Finding> {
  const undos: { readonly what: string; readonly undo: Undo }[] = []
  const steps = listSteps(live, (what, undo) => undos.push({ what, undo }))
  try {
    for (const { what, run, isNeeded } of steps) {
      if (live.signal.aborted) break
      const finding = await run().catch((error: unknown) => bad(what, whyNot(error), FIX))
      // An interrupted step proves nothing about the workspace.
      if (live.signal.aborted && finding.state !== 'ok') break
      yield finding
      if (isNeeded && finding.state === 'bad') break
    }
    if (live.signal.aborted)
      yield warn('stopped', 'the other tries were left out', 'run it again for the rest')
  } finally {
    yield await cleanUp(undos)
  }
}

async function cleanUp(undos: readonly { readonly what: string; readonly undo: Undo }[]): Promise<Finding> {
  const left: string[] = []
  for (const { what, undo } of [...undos].reverse()) {
    try {
      await repeatIfLimited(undo)
    } catch (error) {
      if (!/not_found|file_deleted/.test(whyNot(error))) left.push(`${what} (${whyNot(error)})`)
    }
  }
  return left.length === 0
    ? ok('clean-up', `${undos.length} test items deleted`)
    : bad('clean-up', `not deleted: ${left.join(', ')}`, 'delete them in the channel')
}

function listSteps(live: LiveTry, later: (what: string, undo: Undo) => void): Step[] {
  const { client, channel, person, apiUrl, signal } = live
  const { shareWithinMs, lookEveryMs } = { ...TIMING, ...live.timing }
  let parent = ''
  let file = ''
  const timed = async (what: string, done: string, call: () => Promise<unknown>): Promise<Finding> => {
    const since = performance.now()
    await repeatIfLimited(call)
    return ok(what, `${done} after ${seconds(performance.now() - since)}`)
  }

  async function post(answer: {
    readonly thread_ts?: string
    readonly blocks?: readonly SlackBlock[]
  }): Promise<string> {
    const message = { channel, text: ORDER_TEXT, unfurl_links: false, unfurl_media: false, ...answer }
    // One member of their union type has blocks without a type.
    const { ts = '' } = await repeatIfLimited(() =>
      client.chat.postMessage(message as ChatPostMessageArguments),
    )
    later('a message', () => client.chat.delete({ channel, ts }))
    return ts
  }

  async function waitUntil(isThere: () => Promise<boolean>): Promise<number | undefined> {
    const since = performance.now()
    while (performance.now() - since < shareWithinMs && !signal.aborted) {
      if (await isThere()) return performance.now() - since
      await sleep(lookEveryMs)
    }
    return undefined
  }

  async function tryUpload(): Promise<Finding> {
    const length = Buffer.byteLength(FILE_TEXT)
    const place = await reserveFile(client, FILE_NAME, length)
    file = place.id
    later(FILE_NAME, () => client.files.delete({ file }))
    await withTemporaryFile(async (path) => {
      await writeFile(path, FILE_TEXT)
      await uploadBytes(place.address, path, length, apiUrl)
    })
    const files = [{ id: file, title: FILE_NAME }] as [{ id: string; title: string }]
    await repeatIfLimited(() =>
      client.files.completeUploadExternal({ files, channel_id: channel, thread_ts: parent }),
    )
    const ms = await waitUntil(async () => {
      const info = await readFileInfo(client, file, channel, { pauseMs: 0 }).catch(() => undefined)
      return info !== undefined && listShares(info, channel).length > 0
    })
    return ms === undefined
      ? warn(
          'upload',
          `not shared after ${seconds(shareWithinMs)}`,
          'the bot uploads again where that happens',
        )
      : ok('upload', `shared ${seconds(ms)} after Slack said so`)
  }

  async function tryList(): Promise<Finding> {
    const ms = await waitUntil(async () => {
      const { files = [] } = await repeatIfLimited(() => client.files.list({ count: 100 }))
      return files.some(({ id }) => id === file)
    })
    return ms === undefined
      ? warn('files.list', 'does not show the upload', 'files shared while the bot is down may be missed')
      : ok('files.list', `shows the upload after ${seconds(ms)}, in one list for all channels`)
  }

  async function trySchedule(): Promise<Finding> {
    const postAt = Math.floor(Date.now() / 1000) + SCHEDULE_AHEAD_S
    const { scheduled_message_id: id = '' } = await repeatIfLimited(() =>
      client.chat.scheduleMessage({ channel, text: ORDER_TEXT, post_at: postAt }),
    )
    later('a scheduled message', () =>
      client.chat.deleteScheduledMessage({ channel, scheduled_message_id: id }),
    )
    const { scheduled_messages: waiting = [] } = await repeatIfLimited(() =>
      client.chat.scheduledMessages.list({ channel }),
    )
    return waiting.some((one) => one.id === id)
      ? ok('schedule', 'taken, and listed')
      : warn('schedule', 'taken, and not listed', 'a summary could come twice: see DIGEST_CHANNELS')
  }

  async function tryBlock(kind: NativeBlock, where: 'message' | 'ephemeral'): Promise<Finding> {
    const what = `${kind} (${where})`
    // A paged table is built from a table.
    const native = new Set<NativeBlock>(kind === 'data_table' ? ['table', kind] : [kind])
    const { blocks } = renderBlocks(describeNativeBlock(kind), { native })
    const only = { channel, user: person ?? '', text: ORDER_TEXT, blocks }
    try {
      if (where === 'message') await post({ thread_ts: parent, blocks })
      else await repeatIfLimited(() => client.chat.postEphemeral(only as ChatPostEphemeralArguments))
      return ok(what, 'taken')
    } catch (error) {
      return warn(what, `refused: ${whyNot(error)}`, 'nothing: the bot sends plain blocks instead')
    }
  }
  const tryBlocks = (where: 'message' | 'ephemeral') =>
    [...ALL_NATIVE].map((kind) => ({ what: kind, run: () => tryBlock(kind, where) }))

  return [
    {
      what: 'channel',
      isNeeded: true,
      async run() {
        const { channel: info } = await repeatIfLimited(() => client.conversations.info({ channel }))
        if (!info?.is_member)
          return bad('channel', 'the bot is not in it', 'type /invite there and choose the bot')
        const kind = info.is_private ? 'private' : 'public'
        return ok(
          'channel',
          `#${info.name}, ${kind}${info.is_ext_shared ? ', shared with another organisation' : ''}`,
        )
      },
    },
    {
      what: 'post',
      isNeeded: true,
      run: () =>
        timed('post', 'answered', async () => {
          parent = await post({})
        }),
    },
    {
      what: 'edit',
      run: () =>
        timed('edit', 'answered', () =>
          client.chat.update({ channel, ts: parent, text: `${ORDER_TEXT} Edited.` }),
        ),
    },
    { what: 'reply', run: () => timed('reply', 'answered', () => post({ thread_ts: parent })) },
    {
      what: 'reaction',
      run: () =>
        timed('reaction', 'answered', () =>
          client.reactions.add({ channel, timestamp: parent, name: 'hourglass_flowing_sand' }),
        ).catch((error: unknown) =>
          warn(
            'reaction',
            whyNot(error),
            'reinstall the app for reactions:write; without it the bot sets none',
          ),
        ),
    },
    { what: 'upload', run: tryUpload },
    { what: 'files.list', run: tryList },
    { what: 'schedule', run: trySchedule },
    ...tryBlocks('message'),
    ...(person === undefined ? [] : tryBlocks('ephemeral')),
  ]
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

function whyNot(thrown: unknown): string {
  const error = toSlackError(thrown)
  if (error instanceof AppError && error.code === 'slack_refused')
    return `Slack says ${String(error.details.reason)}`
  return error instanceof AppError ? error.message : String(error)
}

/** Number of rows from which on a table is paged. */
const MANY_ROWS = 15

/** A reply that needs one of Slack's newer blocks, with invented numbers. */
function describeNativeBlock(kind: NativeBlock): Reply {
  if (kind === 'data_visualization')
    return {
      visibility: 'channel',
      parts: [
        {
          kind: 'chart',
          chart: 'bar',
          title: 'Test chart',
          labels: ['Monday', 'Tuesday'],
          series: [{ name: 'Rows', values: [2, 3] }],
        },
      ],
    }
  const rows = Array.from({ length: kind === 'data_table' ? MANY_ROWS : 2 }, (_, at) => [
    `City ${at + 1}`,
    [{ count: at }],
  ])
  return {
    visibility: 'channel',
    parts: [{ kind: 'table', caption: 'Test table', columns: ['City', 'Rows'], rows }],
  }
}
