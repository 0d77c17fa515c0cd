import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DigestPlace } from '../../commands/digest/digest-place.ts'
import { startWorkspace, type Workspace } from '../../dev/workspace/workspace.ts'
import { createModels, type Digest, ensureIndexes, type Models } from '../../models/index.ts'
import { createDigestJob, type DigestJobDeps } from '../../src/jobs/digest.ts'
import { createDigestPoster } from '../../src/slack/messages/digest-poster.ts'
import { createReplySender } from '../../src/slack/messages/reply-sender.ts'
import { createWebClient } from '../../src/slack/transport/slack-call.ts'
import { createDigestStore } from '../../src/stores/digest-store.ts'
import { createCollectingLog } from '../support/collecting-log.ts'
import { playImport } from '../support/play-uploads.ts'
import { openTestDatabase, type TestDatabase } from '../support/test-database.ts'

const CLAIM_MS = 300
const LONG = { timeout: 45_000 }
const TIMING = { leadMs: 600_000, marginMs: 200, pauseMs: 50 } satisfies DigestJobDeps['timing']
const ZONE = 'Asia/Kolkata'
const at = (day: string, time: string) => new Date(`${day}T${time}+05:30`)

let database: TestDatabase
let models: Models
let workspace: Workspace
let log: ReturnType<typeof createCollectingLog>

beforeEach(async () => {
  database = await openTestDatabase()
  models = createModels(database.connection)
  await ensureIndexes(models)
  workspace = await startWorkspace({ channels: ['customers', 'leads'] })
  log = createCollectingLog()
})
afterEach(async () => {
  await workspace.stop()
  await database.drop()
})

/** A process with its own connection to Slack. */
function startProcess(change: (place: DigestPlace) => Partial<DigestPlace> = () => ({}), settings = {}) {
  const client = createWebClient(workspace.token, workspace.apiUrl, undefined)
  const place = createDigestPoster(client, createReplySender())
  return createDigestJob({
    store: createDigestStore({ models, claimMs: CLAIM_MS }),
    place: { ...place, ...change(place) },
    commandDeps: { models, timeZone: ZONE },
    channels: [workspace.channelId('customers')],
    times: { daily: { hour: 9, minute: 0 }, weekly: undefined },
    countStale: async () => {},
    log,
    timing: TIMING,
    ...settings,
  } satisfies DigestJobDeps)
}

/** As after a normal day: the channel had that morning's digest. */
async function hadDigest(day: string, channel = 'customers'): Promise<void> {
  const id = workspace.channelId(channel)
  await models.digests.collection.insertOne({
    _id: `daily ${id} ${day}`,
    kind: 'daily',
    channel: id,
    due_at: at(day, '09:00'),
    from: at(day, '00:00'),
    until: at(day, '00:00'),
    state: 'handed_over',
  })
}

/** Like every minute: the previous process's claim expires meanwhile. */
async function repeatUntilHandedOver(makeDigests: (now: Date) => Promise<void>, now: Date): Promise<void> {
  const isOpen = { state: { $ne: 'handed_over' as const } }
  await expect
    .poll(async () => {
      await makeDigests(now)
      return await models.digests.collection.countDocuments(isOpen)
    }, LONG)
    .toBe(0)
}

const posted = async (channel = 'customers') =>
  (await workspace.messages(channel)).filter(({ user }) => user === workspace.botUserId)

/** The bot's posts after the time of all that is scheduled. */
async function waitForPosts(channel = 'customers') {
  await workspace.postScheduled()
  return await posted(channel)
}

const digestOf = async (day: string) =>
  await models.digests.collection.findOne<Digest>({ _id: { $regex: `${day}$` } as never })

describe('the daily summary', () => {
  it('is posted once where two processes find it due at the same time, and says who did what', async () => {
    await hadDigest('2026-01-15')
    await playImport(models, { sharedAt: at('2026-01-15', '11:00'), user: workspace.userId('asha') }, [
      { line: 2, phone: '+917417119014', values: { full_name: 'Kushal' } },
    ])
    const [first, second] = [startProcess(), startProcess()]
    const now = at('2026-01-16', '09:00')

    await Promise.all([first(now), second(now)])
    await Promise.all([second(now), first(now)])

    const messages = await waitForPosts()
    expect(messages).toHaveLength(1)
    expect(messages[0]?.text).toMatch(/15 Jan 2026: 1 .*, 1 /)
    expect(messages[0]?.text).toContain('asha')
    expect(messages[0]?.text).not.toContain('<@')
    expect(messages[0]?.text).not.toMatch(/Kushal|7417/)
    expect(await digestOf('2026-01-16')).toMatchObject({
      state: 'handed_over',
      from: at('2026-01-15', '00:00'),
    })
  })

  it('is not posted for what was due before the channel was chosen', async () => {
    const bot = startProcess()

    await bot(at('2026-01-16', '15:00'))
    expect(await waitForPosts()).toEqual([])
    await bot(at('2026-01-17', '09:01'))

    expect(await waitForPosts()).toHaveLength(1)
  })

  it('is posted by another process where the first died before it asked Slack', async () => {
    await hadDigest('2026-01-15')
    const dies = startProcess(() => ({ handOver: () => new Promise<never>(() => {}) }))
    const now = at('2026-01-16', '09:00')

    void dies(now)
    await repeatUntilHandedOver(startProcess(), now)

    expect(await waitForPosts()).toHaveLength(1)
  })

  it('is not posted again where the first died after Slack had it', async () => {
    await hadDigest('2026-01-15')
    const dies = startProcess((place) => ({
      async handOver(...message) {
        await place.handOver(...message)
        return await new Promise<never>(() => {})
      },
    }))
    const now = at('2026-01-16', '09:00')

    void dies(now)
    await repeatUntilHandedOver(startProcess(), now)

    expect(await waitForPosts()).toHaveLength(1)
    expect(await digestOf('2026-01-16')).toMatchObject({ state: 'handed_over', message: expect.any(String) })
  })

  it('is posted once where Slack did what it was asked and did not say so', async () => {
    await hadDigest('2026-01-15')
    let cut = 1
    workspace.use(async (call, next) => {
      const answer = await next(call)
      if (call.path === '/api/chat.scheduleMessage' && cut-- > 0) throw new Error('the line broke')
      return answer
    })

    await startProcess()(at('2026-01-16', '09:00'))

    expect(await waitForPosts()).toHaveLength(1)
  })

  it('is posted where the call was lost on its way', async () => {
    await hadDigest('2026-01-15')
    let cut = 1
    workspace.use(async (call, next) => {
      if (call.path === '/api/chat.scheduleMessage' && cut-- > 0) throw new Error('the line broke')
      return await next(call)
    })

    await startProcess()(at('2026-01-16', '09:00'))

    expect(await waitForPosts()).toHaveLength(1)
  })

  it('waits where Slack is away, and is posted when it is back', async () => {
    await hadDigest('2026-01-15')
    const away = startProcess(() => ({ find: () => Promise.reject(new Error('no answer')) }))
    const now = at('2026-01-16', '09:00')

    await away(now)
    expect(log.lines.map(({ message }) => message)).toEqual(['digest waits'])
    await repeatUntilHandedOver(startProcess(), now)

    expect(await waitForPosts()).toHaveLength(1)
  })

  it('comes once after a downtime of days, about all of them', async () => {
    await hadDigest('2026-01-12')
    for (const day of ['2026-01-12', '2026-01-13', '2026-01-14'])
      await playImport(models, { sharedAt: at(day, '11:00') }, [
        { line: 2, phone: '+917417119014', values: { full_name: 'Kushal' } },
      ])

    await startProcess()(at('2026-01-16', '07:00'))

    const messages = await waitForPosts()
    expect(messages).toHaveLength(1)
    expect(messages[0]?.text).toContain('12 Jan 2026 – 14 Jan 2026')
    expect(messages[0]?.text).toContain('3 files')
  })

  it('goes to the channels the bot is in, and says in the log of which one it is not', async () => {
    const channels = ['gossip', 'leads'].map((name) => workspace.channelId(name))
    for (const channel of ['gossip', 'leads']) await hadDigest('2026-01-15', channel)

    await startProcess(undefined, { channels })(at('2026-01-16', '09:00'))

    expect(await waitForPosts('leads')).toHaveLength(1)
    expect(await posted('gossip')).toEqual([])
    expect(log.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', fields: expect.objectContaining({ why: 'not_in_channel' }) }),
    )
  })

  it('comes beside the weekly one where both are due', async () => {
    await hadDigest('2026-01-18')
    await models.digests.collection.insertOne({
      _id: 'weekly before',
      kind: 'weekly',
      channel: workspace.channelId('customers'),
      due_at: at('2026-01-12', '09:00'),
      from: at('2026-01-05', '00:00'),
      until: at('2026-01-12', '00:00'),
      state: 'handed_over',
    })
    const times = { daily: { hour: 9, minute: 0 }, weekly: { hour: 9, minute: 0, weekday: 1 } }

    // A Monday.
    await startProcess(undefined, { times })(at('2026-01-19', '09:00'))

    const texts = (await waitForPosts()).map(({ text }) => text.split('\n')[0] ?? '')
    expect(texts.map((text) => text.includes('Weekly summary')).sort()).toEqual([false, true])
  })
})
