import { beforeEach, describe, expect, it, vi } from 'vitest'
import { type FileUpload, WORKBOOKS_READ_SINCE } from '../../models/index.ts'
import { AppError } from '../../src/errors.ts'
import { type CatchUp, createCatchUp, insistOnCatchUp, type SharePlace } from '../../src/jobs/catch-up.ts'
import { dateWorkbooks } from '../../src/migrations/date-workbooks.ts'
import { createLookTurns } from '../../src/stores/look-turns.ts'
import { claimMessage, claimUpload } from '../../src/uploads/lease/upload-lease.ts'
import { createKnownShares, type FoundShare } from '../../src/uploads/queries/known-shares.ts'
import { createUploadQueue } from '../../src/uploads/worker/upload-queue.ts'
import { openTestModels } from '../support/test-models.ts'

const MINUTE_MS = 60_000
const silent = { debug() {}, info() {}, warn() {}, error() {} }

const { models } = await openTestModels()

beforeEach(async () => {
  await models.fileUploads.collection.deleteMany({})
  await models.counters.collection.deleteMany({})
})

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * MINUTE_MS)

function aShare(fileId: string, minutes: number, more: Partial<FoundShare> = {}): FoundShare {
  const sharedAt = minutesAgo(minutes)
  const ts = (sharedAt.getTime() / 1000).toFixed(6)
  return { channel: 'C1', fileId, user: 'U1', sharedAt, ts, thread: ts, isWorkbook: false, ...more }
}

function aPlace(shares: readonly FoundShare[], channels = ['C1']): SharePlace {
  return {
    team: () => 'T1',
    listChannels: async () => channels,
    listShares: async (wanted) => shares.filter(({ channel }) => wanted.has(channel)),
  }
}

function aCatchUp(place: SharePlace, onShareQueued = () => {}, listensSince = new Date()): CatchUp {
  const [known, queue] = [createKnownShares({ models }), createUploadQueue({ models })]
  return createCatchUp({
    place,
    known,
    turns: createLookTurns({ models }),
    queue,
    listensSince: () => listensSince,
    onShareQueued,
    log: silent,
  })
}

async function recordShare(fileId: string, sharedAt: Date, channel = 'C1'): Promise<FileUpload> {
  const { upload } = await createUploadQueue({ models }).queueSlackShare({
    team: 'T1',
    channel,
    user: 'U1',
    fileId,
    sharedAt,
  })
  return upload
}

const queuedFiles = async () => {
  const uploads = await models.fileUploads.collection
    .find<FileUpload>({})
    .sort({ shared_at: 1, number: 1 })
    .toArray()
  return uploads.map(({ source }) => (source.kind === 'slack' ? source.file_id : ''))
}

describe('looking for missed shares', () => {
  it('queues what nobody told of, in the order it was shared, also between shares that were heard', async () => {
    await recordShare('F1', minutesAgo(60))
    await recordShare('F4', minutesAgo(10))
    const wake = vi.fn()
    const place = aPlace([aShare('F3', 20), aShare('F1', 60), aShare('F2', 30), aShare('F4', 10)])

    expect(await aCatchUp(place, wake)({ graceMs: 0 })).toBe(2)

    expect(await queuedFiles()).toEqual(['F1', 'F2', 'F3', 'F4'])
    expect(wake).toHaveBeenCalledTimes(1)
    expect(await aCatchUp(place)({ graceMs: 0 })).toBe(0)
  })

  it('keeps the order of messages of the same millisecond', async () => {
    await recordShare('F0', minutesAgo(60))
    const seconds = Math.floor(minutesAgo(5).getTime() / 1000)
    const shares = ['F3', 'F1', 'F2'].map((fileId) =>
      aShare(fileId, 5, { sharedAt: new Date(seconds * 1000), ts: `${seconds}.00000${fileId.at(1)}` }),
    )

    await aCatchUp(aPlace(shares))({ graceMs: 0 })

    expect(await queuedFiles()).toEqual(['F0', 'F1', 'F2', 'F3'])
  })

  it('imports nothing of a channel from before the bot was there', async () => {
    const place = aPlace([aShare('F1', 600), aShare('F2', 1)])

    expect(await aCatchUp(place)({ graceMs: 0 })).toBe(0)
    const later = aPlace([aShare('F1', 600), aShare('F3', -1)])
    expect(await aCatchUp(later)({ graceMs: -2 * MINUTE_MS })).toBe(1)

    expect(await queuedFiles()).toEqual(['F3'])
  })

  it('finds the very first share of a channel, made between the start and the first look', async () => {
    const place = aPlace([aShare('F1', 3), aShare('F2', 1)])

    expect(await aCatchUp(place, undefined, minutesAgo(2))({ graceMs: 0 })).toBe(1)

    expect(await queuedFiles()).toEqual(['F2'])
  })

  it('finds it also where Slack’s clock is a little behind ours', async () => {
    const place = aPlace([aShare('F1', 1)])
    const listensSince = new Date(minutesAgo(1).getTime() + 2_000)

    expect(await aCatchUp(place, undefined, listensSince)({ graceMs: 0 })).toBe(1)
  })

  it('takes a channel that the first look could not read for one it has listened to since the start', async () => {
    let isAway = true
    const place = aPlace([aShare('F1', 1)])
    const listShares: SharePlace['listShares'] = async (...asked) => {
      if (isAway) throw new AppError('slack_unavailable')
      return await place.listShares(...asked)
    }
    const catchUp = aCatchUp({ ...place, listShares }, undefined, minutesAgo(2))

    await expect(catchUp({ graceMs: 0 })).rejects.toMatchObject({ code: 'slack_unavailable' })
    isAway = false

    expect(await catchUp({ graceMs: 0 })).toBe(1)
  })

  it('imports nothing from before a channel it came into later', async () => {
    const channels = ['C1']
    const place = aPlace([aShare('F1', 1, { channel: 'C2' })], channels)
    const catchUp = aCatchUp(place, undefined, minutesAgo(60))
    await catchUp({ graceMs: 0 })
    channels.push('C2')

    expect(await catchUp({ graceMs: 0 })).toBe(0)
  })

  it('finds the first share of a channel the bot was invited to since, and nothing from before', async () => {
    const { recordEvent } = createKnownShares({ models })
    await Promise.all([recordEvent('C1', minutesAgo(10)), recordEvent('C1', minutesAgo(10))])

    await aCatchUp(aPlace([aShare('F1', 15), aShare('F2', 5)]))({ graceMs: 0 })

    expect(await queuedFiles()).toEqual(['F2'])
  })

  it('imports nothing of the time between two invitations', async () => {
    const { recordEvent } = createKnownShares({ models })
    await recordEvent('C1', minutesAgo(60))
    await recordShare('F1', minutesAgo(50))
    await recordEvent('C1', minutesAgo(10))
    await recordEvent('C1', minutesAgo(60))

    await aCatchUp(aPlace([aShare('F2', 30), aShare('F3', 5)]))({ graceMs: 0 })

    expect(await queuedFiles()).toEqual(['F1', 'F3'])
  })

  it('may be done by many at once in a channel nobody knew, who then agree', async () => {
    const looks = [1, 2, 3, 4, 5, 6, 7, 8].map((minutes) =>
      createKnownShares({ models }).lookFrom('C1', minutesAgo(minutes)),
    )

    const froms = await Promise.all(looks)

    expect(new Set(froms.map(Number)).size).toBe(1)
  })

  it('leaves young shares to their events', async () => {
    await recordShare('F1', minutesAgo(60))
    const place = aPlace([aShare('F2', 1), aShare('F3', 3)])

    await aCatchUp(place)({ graceMs: 2 * MINUTE_MS })

    expect(await queuedFiles()).toEqual(['F1', 'F3'])
  })

  it('knows a share by its thread where the event named quite another time', async () => {
    const upload = await recordShare('F1', minutesAgo(60))
    const share = aShare('F1', 5)
    await models.fileUploads.collection.updateOne(
      { _id: upload._id },
      { $set: { 'source.thread': share.thread, status: 'done' } },
    )

    expect(await aCatchUp(aPlace([share]))({ graceMs: 0 })).toBe(0)
  })

  it('finds the same file in a second channel, and shared a second time', async () => {
    const first = await recordShare('F1', minutesAgo(60))
    await models.fileUploads.collection.updateOne({ _id: first._id }, { $set: { status: 'done' } })
    await recordShare('F9', minutesAgo(60), 'C2')
    const place = aPlace(
      [aShare('F1', 60), aShare('F1', 30), aShare('F1', 20, { channel: 'C2' })],
      ['C1', 'C2'],
    )

    expect(await aCatchUp(place)({ graceMs: 0 })).toBe(2)
  })

  it('looks once into a file that turns out to be none of ours', async () => {
    await recordShare('F1', minutesAgo(60))
    const catchUp = aCatchUp(aPlace([aShare('notes', 5)]))
    await catchUp({ graceMs: 0 })
    await models.fileUploads.collection.deleteOne({ 'source.file_id': 'notes' })

    expect(await catchUp({ graceMs: 0 })).toBe(0)
  })

  it('asks one question for all channels', async () => {
    const place = aPlace([aShare('F1', 2), aShare('F2', 1, { channel: 'C2' })], ['C1', 'C2', 'C3'])
    const listShares = vi.fn(place.listShares)

    expect(await aCatchUp({ ...place, listShares }, undefined, minutesAgo(5))({ graceMs: 0 })).toBe(2)

    expect(listShares).toHaveBeenCalledTimes(1)
    expect([...(listShares.mock.calls[0]?.[0] ?? [])]).toEqual(['C1', 'C2', 'C3'])
  })

  it('looks a day behind the last look, and not back to the last share of a channel that is quiet', async () => {
    const { recordEvent } = createKnownShares({ models })
    await recordEvent('C1', minutesAgo(400 * 24 * 60))
    const listShares = vi.fn(async () => [])
    const catchUp = aCatchUp({ ...aPlace([]), listShares })
    await catchUp({ graceMs: 0 })
    await catchUp({ graceMs: 0 })

    const froms = listShares.mock.calls.map((call: unknown[]) => Date.now() - Number(call[1]))
    expect(froms[0]).toBeGreaterThan(399 * 24 * 60 * MINUTE_MS)
    expect(froms[1]).toBeLessThan(25 * 60 * MINUTE_MS)
  })

  it('is done by one of many processes, and by the next where that one broke off', async () => {
    const place = aPlace([aShare('F1', 2)])
    const listShares = vi.fn(place.listShares)
    const looks = () => aCatchUp({ ...place, listShares }, undefined, minutesAgo(5))
    const turn = { graceMs: 0, freshMs: 4 * MINUTE_MS }
    listShares.mockRejectedValueOnce(new AppError('slack_unavailable'))
    await expect(looks()(turn)).rejects.toMatchObject({ code: 'slack_unavailable' })

    const counts = await Promise.all([1, 2, 3, 4].map(() => looks()(turn)))

    expect(counts.toSorted()).toEqual([0, 0, 0, 1])
    expect(await looks()(turn)).toBe(0)
    expect(listShares).toHaveBeenCalledTimes(2)
  })

  it('is not left to a look of before, by a process that starts', async () => {
    expect(await aCatchUp(aPlace([]))({ graceMs: 0, freshMs: 4 * MINUTE_MS })).toBe(0)

    expect(await aCatchUp(aPlace([aShare('F1', 0.01)]), undefined, minutesAgo(1))({ graceMs: 0 })).toBe(1)
  })

  it('waits, at the start, for a process that looks at that moment', async () => {
    let goOn = () => {}
    const slow = aPlace([])
    const waiting = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const listShares = vi.fn(async () => {
      await waiting
      return []
    })
    const first = aCatchUp({ ...slow, listShares })({ graceMs: 0 })
    await expect.poll(() => listShares.mock.calls.length).toBe(1)
    const second = aCatchUp(aPlace([aShare('F1', 0.01)]), undefined, minutesAgo(1))({ graceMs: 0 })

    goOn()

    expect(await Promise.all([first, second])).toEqual([0, 1])
  })
})

describe('insisting on it', () => {
  const insist = (catchUp: CatchUp, signal = new AbortController().signal) =>
    insistOnCatchUp(catchUp, { graceMs: 0, signal, log: silent, firstPauseMs: 1 })

  it('looks again soon when something passing was in the way', async () => {
    let isAway = true
    const place = aPlace([aShare('F1', 2), aShare('F2', 1, { channel: 'C2' })], ['C1', 'C2'])
    const listShares: SharePlace['listShares'] = async (...asked) => {
      if (isAway) {
        isAway = false
        throw new AppError('slack_unavailable')
      }
      return await place.listShares(...asked)
    }

    await insist(aCatchUp({ ...place, listShares }, undefined, minutesAgo(5)))

    expect(await queuedFiles()).toEqual(['F1', 'F2'])
  })

  it('does not ask again what Slack refuses', async () => {
    const catchUp = vi.fn().mockRejectedValue(new AppError('slack_refused', { reason: 'missing_scope' }))

    await insist(catchUp)

    expect(catchUp).toHaveBeenCalledTimes(1)
  })

  it('ends when told to stop', async () => {
    const stopping = new AbortController()
    const catchUp = vi.fn(async () => {
      stopping.abort(new AppError('stopping'))
      throw new AppError('slack_unavailable')
    })

    await insist(catchUp, stopping.signal)

    expect(catchUp).toHaveBeenCalledTimes(1)
  })
})

describe('the event of a share and the search for it', () => {
  it.each([0, 1, 900, -900])('make one upload when their times differ by %i ms', async (ms) => {
    const sharedAt = minutesAgo(5)

    await Promise.all(
      [0, ms, 0, ms].map((offset) => recordShare('F1', new Date(sharedAt.getTime() + offset))),
    )

    expect(await queuedFiles()).toEqual(['F1'])
  })

  it('leave alone what is being worked on', async () => {
    const first = await recordShare('F1', minutesAgo(5))
    await models.fileUploads.collection.updateOne({ _id: first._id }, { $set: { status: 'done' } })

    await recordShare('F1', new Date(first.shared_at.getTime() + 500))

    expect(await queuedFiles()).toEqual(['F1'])
  })
})

describe('a share whose event tells quite another time than its message', () => {
  const HALF_A_MINUTE = 0.5
  const claimNext = async () => {
    const upload = await claimUpload(models, { leaseMs: MINUTE_MS }, () => true)
    if (!upload) throw new Error('nothing to claim')
    return upload
  }
  const finish = (upload: FileUpload) =>
    models.fileUploads.collection.updateOne(
      { _id: upload._id },
      { $set: { status: 'done' }, $unset: { lease: '' } },
    )

  it.each(['queued', 'running'] as const)(
    'is not queued again while its upload is %s and Slack does not say which message it is',
    async (status) => {
      await recordShare('F1', minutesAgo(5 - HALF_A_MINUTE))
      if (status === 'running') await claimNext()

      expect(await aCatchUp(aPlace([aShare('F1', 5)]))({ graceMs: 0 })).toBe(0)
    },
  )

  it('is not queued again afterwards, and a second share of the file is, by the same search', async () => {
    const [first, second] = [aShare('F1', 5), aShare('F1', 3)]
    const seen = await recordShare('F1', minutesAgo(5 - HALF_A_MINUTE))
    const catchUp = aCatchUp(aPlace([first, second]))
    expect(await catchUp({ graceMs: 0 })).toBe(0)
    expect(await claimMessage(models, await claimNext(), first.ts, 'list.csv')).toBe(true)
    await finish(seen)

    expect(await catchUp({ graceMs: 0 })).toBe(1)
    expect(await catchUp({ graceMs: 0 })).toBe(0)

    const messages = await models.fileUploads.collection.distinct('message')
    expect(messages).toEqual([`C1 F1 ${first.ts}`, `C1 F1 ${second.ts}`])
  })

  it('finds its message taken where the search was first', async () => {
    const share = aShare('F1', 5)
    await recordShare('F0', minutesAgo(60))
    await finish(await claimNext())
    expect(await aCatchUp(aPlace([share]))({ graceMs: 0 })).toBe(1)
    await recordShare('F1', minutesAgo(5 - HALF_A_MINUTE))

    const found = await claimNext()
    expect(await claimMessage(models, found, share.ts, 'list.csv')).toBe(true)
    await finish(found)
    expect(await claimMessage(models, await claimNext(), share.ts, 'list.csv')).toBe(false)
  })

  it('finds two shares of a file within a few seconds, of which the event made one upload', async () => {
    const first = aShare('F1', 5)
    const sharedAt = new Date(first.sharedAt.getTime() + 4_000)
    const second = { ...first, sharedAt, ts: (sharedAt.getTime() / 1000).toFixed(6) }
    await recordShare('F1', first.sharedAt)
    const upload = await claimNext()
    expect(await claimMessage(models, upload, first.ts, 'list.csv')).toBe(true)
    await finish(upload)

    expect(await aCatchUp(aPlace([first, second]))({ graceMs: 0 })).toBe(1)
  })
})

describe('workbooks of before the upgrade', () => {
  it('are left alone, those after it are imported, and lists of text either way', async () => {
    await models.fileUploads.collection.insertOne({
      number: 1000,
      source: { kind: 'cli' },
      shared_at: minutesAgo(600),
    } as never)
    await dateWorkbooks(models)
    await models.counters.collection.updateOne(
      { _id: WORKBOOKS_READ_SINCE },
      { $set: { value: minutesAgo(30).getTime() } },
    )
    const shares = [
      aShare('OLD', 40, { isWorkbook: true }),
      aShare('NEW', 20, { isWorkbook: true }),
      aShare('TEXT', 40),
    ]
    await aCatchUp(aPlace(shares), undefined, minutesAgo(60))({ graceMs: 0 })

    const queued = await models.fileUploads.collection.distinct('source.file_id')
    expect(queued.toSorted()).toEqual(['NEW', 'TEXT'])
  })

  it('have no date where no earlier version ran', async () => {
    await dateWorkbooks(models)

    expect(await models.counters.collection.findOne({ _id: WORKBOOKS_READ_SINCE })).toBeNull()
  })
})
