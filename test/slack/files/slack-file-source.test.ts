import { mongo } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startWorkspace, type Workspace } from '../../../dev/workspace/workspace.ts'
import type { FileUpload } from '../../../models/index.ts'
import { createSlackFileSource } from '../../../src/slack/files/slack-file-source.ts'
import { createWebClient } from '../../../src/slack/transport/slack-call.ts'
import type { FileSource } from '../../../src/uploads/lease/ports.ts'

const LIST = 'Phone,Name\n7417119014,Kushal Sharma\n'
const MEBIBYTE = 1024 * 1024
const running = new AbortController().signal
type Deps = Parameters<typeof createSlackFileSource>[0]

let workspace: Workspace
beforeAll(async () => {
  workspace = await startWorkspace({ lateness: { unknownMs: 0, unsharedMs: 0, completeMs: 0 } })
})
afterAll(() => workspace.stop())

function aSource(deps: Partial<Deps> = {}): FileSource & Required<Pick<FileSource, 'fetch'>> {
  const { fetch, ...source } = createSlackFileSource({
    client: createWebClient(workspace.token, workspace.apiUrl, undefined),
    token: workspace.token,
    apiUrl: workspace.apiUrl,
    maxBytes: 10 * MEBIBYTE,
    botUserId: () => workspace.botUserId,
    members: { sharerOf: async () => 'member' },
    channelRule: { enter: async () => ({ channels: new Set<string>() }), checkShare: async () => undefined },
    ...deps,
  })
  if (!fetch) throw new Error('files in Slack can be fetched')
  return { ...source, fetch }
}

async function share(name = 'list.csv', bytes: Uint8Array = Buffer.from(LIST)) {
  const shared = await workspace.share('asha', 'customers', { name, bytes }, { announce: false })
  const { fileId, channel, user, sharedAt, ts } = shared
  const upload = {
    _id: new mongo.ObjectId(),
    kind: 'import',
    source: { kind: 'slack', team: workspace.teamId, channel, user, file_id: fileId },
    message: `${channel} ${fileId} ${ts}`,
    file: { name },
    shared_at: sharedAt,
  } as FileUpload
  return { shared, upload }
}

const asked = () => workspace.callCounts.get('files.info')?.calls ?? 0

describe('a file that is fetched before its run', () => {
  it('is read without another look at Slack', async () => {
    const { shared, upload } = await share()
    const source = aSource()
    const fetched = await source.fetch(upload, running)
    await workspace.deleteFile(shared)
    const before = asked()
    const claim = vi.fn(async () => true)

    const opened = await source.open(upload, running, claim, fetched)

    if (opened === 'not_for_us') throw new Error('it is a list')
    const chunks: Uint8Array[] = []
    for await (const chunk of opened.stream) chunks.push(chunk)
    expect(Buffer.concat(chunks).toString()).toBe(LIST)
    expect(opened).toMatchObject({ name: 'list.csv', bytes: LIST.length, thread: shared.ts })
    expect(claim.mock.calls).toEqual([[shared.ts, 'list.csv']])
    expect(asked()).toBe(before)
  })

  it.each<[string, Partial<Deps>, boolean, 'not_for_us' | string]>([
    [
      'the bot has left the channel since',
      { channelRule: { enter: vi.fn(), checkShare: async () => 'not_in_channel' } },
      true,
      'not_for_us',
    ],
    ['another upload has its message', {}, false, 'not_for_us'],
    ['a guest shared it', { members: { sharerOf: async () => 'guest' } }, true, 'shared_by_guest'],
  ])('is not imported if %s', async (_, deps, isOwn, expected) => {
    const { upload } = await share()
    const rule: Deps['channelRule'] = { enter: vi.fn(), checkShare: vi.fn(async () => undefined) }
    // Its rights are those at the time of its run.
    const during = { ...rule, ...deps.channelRule }
    const source = aSource({
      ...deps,
      channelRule: { ...rule, checkShare: (...who) => now.checkShare(...who) },
    })
    let now = rule
    const fetched = await source.fetch(upload, running)
    now = during
    expect(fetched).toBeDefined()

    const opened = source.open(upload, running, async () => isOwn, fetched)

    if (expected === 'not_for_us') expect(await opened).toBe('not_for_us')
    else await expect(opened).rejects.toMatchObject({ code: expected })
  })

  it.each<[string, object]>([
    ['nobody has seen its message yet', { message: undefined }],
    ['an earlier run has opened it', { file: { name: 'list.csv', sha256: 'x' } }],
  ])('is left to its run if %s', async (_, fields) => {
    const { upload } = await share()

    expect(await aSource().fetch({ ...upload, ...fields } as FileUpload, running)).toBeUndefined()
  })

  it.each<[string, string, Uint8Array]>([
    ['a large file', 'list.csv', Buffer.alloc(MEBIBYTE + 1, 'a,b\n')],
    ['a picture', 'photo.png', Buffer.from('PNG')],
    ['a text that may be no list', 'notes.txt', Buffer.from('hello')],
  ])('is not %s', async (_, name, bytes) => {
    const { upload } = await share(name, bytes)

    expect(await aSource().fetch(upload, running)).toBeUndefined()
  })

  it('is of a channel with the bot', async () => {
    const { upload } = await share()
    const channelRule: Deps['channelRule'] = { enter: vi.fn(), checkShare: async () => 'not_in_channel' }
    const before = asked()

    expect(await aSource({ channelRule }).fetch(upload, running)).toBeUndefined()
    expect(asked()).toBe(before)
  })

  it('is one that still exists', async () => {
    const { shared, upload } = await share()
    await workspace.deleteFile(shared)

    expect(
      await aSource()
        .fetch(upload, running)
        .catch(() => undefined),
    ).toBeUndefined()
  })
})
