import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Reply } from '../../../commands/reply/reply.ts'
import type { FrontLayer } from '../../../dev/slack/slack-front.ts'
import { type Share, startWorkspace, type Workspace } from '../../../dev/workspace/workspace.ts'
import type { SlackUpload } from '../../../src/slack/files/slack-upload.ts'
import {
  createUploadMessage,
  type UploadMessage,
  type UploadMessageStore,
} from '../../../src/slack/messages/upload-message.ts'
import { createBoltLogger } from '../../../src/slack/transport/bolt-logger.ts'
import { createWebClient } from '../../../src/slack/transport/slack-call.ts'

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const reply = (text: string): Reply => ({ visibility: 'channel', parts: [{ kind: 'text', text }] })

/** The store that several processes share. */
function createStore(): UploadMessageStore & {
  readonly messages: Map<string, string>
  readonly repeated: string[]
} {
  const messages = new Map<string, string>()
  const repeated: string[] = []
  const claimed = new Set<string>()
  const words = new Map<string, string>()
  const older = new Map<string, string>()
  return {
    messages,
    /** Uploads whose posted receipt is due again. */
    repeated,
    async claim(upload) {
      const message = messages.get(String(upload._id))
      if (message !== undefined) return { kind: 'posted', message }
      const isFirst = !claimed.has(String(upload._id))
      claimed.add(String(upload._id))
      return { kind: 'granted', isFirst }
    },
    async beginWord(upload, { message, word, isOld }) {
      const id = String(upload._id)
      if (messages.get(id) === message && words.get(id) !== word) {
        words.set(id, word)
        if (isOld) {
          older.set(id, message)
          messages.delete(id)
          claimed.delete(id)
        }
      }
      const [known, before] = [messages.get(id), older.get(id)]
      return { ...(known && { message: known }), ...(before && { older: before }) }
    },
    async remember(upload, ts, word) {
      if (word !== undefined) words.set(String(upload._id), word)
      messages.set(String(upload._id), ts)
    },
    async forget(upload) {
      messages.delete(String(upload._id))
    },
    async isRemembered(_, ts) {
      return [...messages.values(), ...older.values()].includes(ts)
    },
    beginEdit: async () => true,
    async endEdit(upload) {
      repeated.push(String(upload._id))
    },
  }
}

const once =
  (path: string, layer: FrontLayer): FrontLayer =>
  (call, next) => {
    if (!call.path.startsWith(path) || done.has(layer)) return next(call)
    done.add(layer)
    return layer(call, next)
  }
const done = new Set<FrontLayer>()

describe('the one message of an upload', () => {
  let workspace: Workspace
  let share: Share
  let upload: SlackUpload
  let store: ReturnType<typeof createStore>
  let message: UploadMessage
  const calls: string[] = []

  beforeEach(async () => {
    workspace = await startWorkspace()
    store = createStore()
    message = createMessage()
    share = await shareFile()
    upload = uploadOf('a', share)
    calls.length = 0
    workspace.use((call, next) => {
      calls.push(call.path)
      return next(call)
    })
  })
  afterEach(() => workspace.stop())

  const createMessage = (moveAfterMs?: number) =>
    createUploadMessage({
      client: createWebClient(workspace.token, workspace.apiUrl, createBoltLogger(silent)),
      botUserId: () => workspace.botUserId,
      store,
      pauseMs: 20,
      ...(moveAfterMs !== undefined && { moveAfterMs }),
    })
  const shareFile = () =>
    workspace.share('asha', 'customers', { name: 'a.csv', bytes: new Uint8Array([49]) }, { announce: false })
  const uploadOf = (id: string, of: Share): SlackUpload =>
    ({
      _id: id,
      number: 1,
      kind: 'import',
      shared_at: of.sharedAt,
      receipt: { due: true },
      file: { name: 'a.csv' },
      source: { kind: 'slack', team: 'T1', channel: of.channel, user: of.user, file_id: of.fileId },
    }) as unknown as SlackUpload
  const texts = async () => (await workspace.thread(share)).map(({ text }) => text)

  it('is posted once in the thread and edited ever after', async () => {
    await message.print(upload, reply('waiting'), 'queued')
    await message.mention(upload, reply('half'), 'running')
    await message.print(upload, reply('done'), 'done')
    await message.print(upload, reply('done'), 'done')

    expect(await texts()).toEqual(['done'])
    expect(calls.filter((path) => path === '/api/chat.postMessage')).toHaveLength(1)
    expect((await workspace.waitForReceipt(share)).metadata?.event_payload).toEqual({
      upload: 1,
      state: 'done',
    })
  })

  it('has the receipt said again where a word on the way may have landed on top of it', async () => {
    await message.print(upload, reply('waiting'), 'queued')
    const other = createMessage()
    await other.print(upload, reply('done'), 'done')
    expect(store.repeated).toEqual([])

    await message.print(upload, reply('half'), 'running')

    expect(store.repeated).toEqual(['a'])
  })

  it('leaves a message that another process made alone, but for the last word', async () => {
    await message.print(upload, reply('done'), 'done')

    await createMessage().print(upload, reply('waiting'), 'queued')

    expect(await texts()).toEqual(['done'])
  })

  it('is found again when the answer to its post got lost', async () => {
    workspace.use(
      once('/api/chat.postMessage', async (call, next) => {
        await next(call)
        throw new Error('cut')
      }),
    )

    await message.print(upload, reply('done'), 'done')

    expect(await texts()).toEqual(['done'])
    expect(store.messages.size).toBe(1)
  })

  it('is found again by another process when the first died before it could remember', async () => {
    await message.print(upload, reply('half'), 'running')
    store.messages.clear()

    await createMessage().print(upload, reply('done'), 'done')

    expect(await texts()).toEqual(['done'])
  })

  it.each([
    [500, {}],
    [429, { 'retry-after': '0' }],
  ])('is posted once although Slack first answers %i', async (status, headers) => {
    workspace.use(once('/api/chat.postMessage', async () => new Response('no', { status, headers })))

    await message.print(upload, reply('done'), 'done')

    expect(await texts()).toEqual(['done'])
  })

  it('is not taken from another upload shared by the same message', async () => {
    const other = uploadOf('b', share)
    await message.print(upload, reply('first'), 'done')

    await createMessage().print(other, reply('second'), 'done')

    expect(await texts()).toEqual(['first', 'second'])
  })

  it('is not taken from another upload of the same message that died before it could remember', async () => {
    await message.print(upload, reply('first'), 'done')
    store.messages.clear()

    await createMessage().print(uploadOf('b', share), reply('second'), 'done')

    expect(await texts()).toEqual(['first', 'second'])
  })

  describe('after half a minute', () => {
    const states = async () =>
      (await workspace.thread(share)).map(({ metadata }) => metadata?.event_payload.state)
    const mentions = async () =>
      (await workspace.thread(share)).map(({ text }) => text.includes(`<@${share.user}>`))
    let late: UploadMessage
    beforeEach(async () => {
      late = createMessage(-60_000)
      await late.print(upload, reply('half'), 'running')
    })

    it('has its last word in a reply that mentions the uploader, and is a line from then on', async () => {
      await late.print(upload, reply('done'), 'done')

      expect(await states()).toEqual(['moved', 'done'])
      expect(await mentions()).toEqual([false, true])
      expect((await texts())[0]).toContain('#1')
      expect((await texts())[1]).toMatch(/done$/)
    })

    it('says the same word in the same reply, however often and by whomever', async () => {
      await late.print(upload, reply('done'), 'done')
      await late.print(upload, reply('done, really'), 'done')
      await createMessage(-60_000).print(upload, reply('done, again'), 'done')

      expect(await states()).toEqual(['moved', 'done'])
      expect((await texts())[1]).toContain('again')
    })

    it('says a question and then the receipt, each in a reply of its own', async () => {
      await late.print(upload, reply('which?'), 'held')
      await late.print(upload, reply('done'), 'done')

      expect(await states()).toEqual(['moved', 'moved', 'done'])
    })

    it.each([
      ['before the reply is posted', '/api/chat.postMessage', false],
      ['after the reply is posted', '/api/chat.postMessage', true],
      ['before the line is left', '/api/chat.update', false],
      ['after the line is left', '/api/chat.update', true],
    ])('gives one receipt and one line where the process dies %s', async (_, path, isCarriedOut) => {
      let deaths = 0
      const restore = workspace.use(async (call, next) => {
        if (call.path !== path) return await next(call)
        deaths += 1
        if (isCarriedOut) await next(call)
        throw new Error('killed')
      })
      const dying = late.print(upload, reply('done'), 'done').catch(() => {})
      await expect.poll(() => deaths, { timeout: 45_000 }).toBeGreaterThan(0)
      restore()
      await dying

      await createMessage(-60_000).print(upload, reply('done'), 'done')

      expect(await states()).toEqual(['moved', 'done'])
    })

    it('shows the answer to a question in the question, also by a process that posted the first word', async () => {
      await createMessage(-60_000).print(upload, reply('which?'), 'held')
      const asked = { ...upload, receipt: { due: false, message: store.messages.get('a') ?? '' } }

      await late.mention(asked, reply('answered'), 'queued')

      expect(await states()).toEqual(['moved', 'queued'])
    })
  })

  it('is made within half a minute by an edit alone', async () => {
    const soon = createMessage()
    await soon.print(upload, reply('half'), 'running')
    await soon.print(upload, reply('done'), 'done')

    expect(await texts()).toEqual(['done'])
  })

  it.each(['posted', 'edited'])(
    'is %s without native blocks where Slack fails over them',
    async (how) => {
      if (how === 'edited') await message.print(upload, reply('half'), 'running')
      workspace.use(async (call, next) =>
        /chat\.(?:postMessage|update)/.test(call.path) && call.body.toString().includes('data_table%22')
          ? Response.json({ ok: false, error: 'internal_error' })
          : await next(call),
      )
      const rows = Array.from({ length: 20 }, (_, at) => [`row ${at}`, 'x'])
      const table = { kind: 'table', caption: 'Rows', columns: ['A', 'B'], rows } as const

      await message.print(upload, { visibility: 'channel', parts: [...reply('done').parts, table] }, 'done')

      const [{ blocks } = { blocks: [] }] = await workspace.thread(share)
      expect(JSON.stringify(blocks)).toContain('row 19')
    },
    120_000,
  )

  it('is left to the process that is already making it', async () => {
    store.claim = async () => ({ kind: 'taken' })

    await expect(message.print(upload, reply('done'), 'done')).rejects.toMatchObject({
      code: 'slack_unavailable',
    })
    expect(await texts()).toEqual([])
  })

  it('is made anew when somebody deleted it', async () => {
    await message.print(upload, reply('half'), 'running')
    const [{ ts } = { ts: '' }] = await workspace.thread(share)
    await fetch(`${workspace.apiUrl}chat.delete`, {
      method: 'POST',
      headers: { authorization: `Bearer ${workspace.token}` },
      body: new URLSearchParams({ channel: share.channel, ts }),
    })

    await message.print(upload, reply('done'), 'done')

    expect(await texts()).toEqual(['done'])
  })

  describe('where no message shares the file', () => {
    const ownTexts = async () =>
      (await workspace.messages('customers'))
        .filter(({ user }) => user === workspace.botUserId)
        .map(({ text }) => text)
    const cut = () =>
      workspace.use(
        once('/api/chat.postMessage', async (call, next) => {
          await next(call)
          throw new Error('cut')
        }),
      )
    beforeEach(() => {
      upload = { ...upload, source: { ...upload.source, unshared: true } }
    })

    it('is one message when the answer to its post got lost', async () => {
      cut()

      await message.print(upload, reply('done'), 'done')

      expect(await ownTexts()).toEqual(['done'])
    })

    it('is one message with the last word when the first process died before it could remember', async () => {
      await message.print(upload, reply('half'), 'running')
      store.messages.clear()

      await createMessage().print(upload, reply('done'), 'done')

      expect(await ownTexts()).toEqual(['done'])
    })

    it('is made anew when somebody deleted the message whose answer got lost', async () => {
      await message.print(upload, reply('half'), 'running')
      const ts = store.messages.get('a') ?? ''
      store.messages.clear()
      await fetch(`${workspace.apiUrl}chat.delete`, {
        method: 'POST',
        headers: { authorization: `Bearer ${workspace.token}` },
        body: new URLSearchParams({ channel: share.channel, ts }),
      })

      await createMessage().print(upload, reply('done'), 'done')

      expect(await ownTexts()).toEqual(['done'])
    })

    it('is one message for each last word, also when the answer to the second got lost', async () => {
      const late = createMessage(0)
      await late.print(upload, reply('which column?'), 'held')
      upload = { ...upload, receipt: { ...upload.receipt, message: store.messages.get('a') ?? '' } }
      cut()

      await late.print(upload, reply('done'), 'done')

      expect(await ownTexts()).toHaveLength(2)
      expect((await ownTexts())[1]).toContain('done')
    })

    it('is no other upload’s of the same channel', async () => {
      await message.print(upload, reply('first'), 'done')
      await message.print({ ...upload, _id: 'b' } as unknown as SlackUpload, reply('second'), 'done')

      expect(await ownTexts()).toEqual(['first', 'second'])
    })
  })

  it('is said without blocks when Slack does not like them', async () => {
    workspace.use(
      once('/api/chat.postMessage', async () => Response.json({ ok: false, error: 'invalid_blocks' })),
    )

    await message.print(upload, reply('done'), 'done')

    expect(await workspace.thread(share)).toMatchObject([{ text: 'done', blocks: [] }])
  })

  it('is told to the person alone when the file, and with it the thread, is gone', async () => {
    await workspace.deleteFile(share)

    await message.print(upload, reply('on the way'), 'running')
    await message.print(upload, reply('it was deleted'), 'failed')

    expect(workspace.ephemerals).toMatchObject([
      { channel: share.channel, user: share.user, text: 'it was deleted' },
    ])
  })
})
