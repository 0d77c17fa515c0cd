import fc from 'fast-check'
import { mongo } from 'mongoose'
import { beforeEach, describe, expect, it } from 'vitest'
import type { FileUpload, UploadStatus } from '../../../models/index.ts'
import { createHeadFinder } from '../../../src/uploads/lease/queue-order.ts'
import { claimUpload } from '../../../src/uploads/lease/upload-lease.ts'
import { createQueuePlaces } from '../../../src/uploads/worker/queue-places.ts'
import { createUploadQueue } from '../../../src/uploads/worker/upload-queue.ts'
import { openTestModels } from '../../support/test-models.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const HOUR_MS = 3_600_000

const { models } = await openTestModels()
const uploads = models.fileUploads.collection

beforeEach(async () => {
  await uploads.deleteMany({})
})

interface Entry {
  /** Day of its share; numbers give the order of the events. */
  readonly day: number
  readonly status?: UploadStatus
  /** It was begun and handed back. */
  readonly isBegun?: true
  readonly isSwitch?: true
  /** It takes back an import that cannot be continued. */
  readonly isRestart?: true
}

async function insert(entries: readonly Entry[], before = 0): Promise<void> {
  const documents = entries.map(({ day, status = 'queued', isBegun, isSwitch, isRestart }, index) => {
    const at = before + index
    return {
      _id: new mongo.ObjectId(),
      kind: isSwitch ? 'switch' : isRestart ? 'undo' : 'import',
      ...(isRestart && { restart: {} }),
      number: at + 1,
      status,
      source: { kind: 'slack', team: 'T1', channel: 'C1', user: 'U1', file_id: `F${at + 1}` },
      file: { name: `list-${at + 1}.csv` },
      attempts: 0,
      shared_at: new Date(Date.UTC(2026, 0, day)),
      receipt: { due: false },
      ...((isBegun || status === 'running') && { started_at: new Date() }),
      ...(status === 'running' && {
        lease: { lane: 'customers', token: 't', expires_at: new Date(Date.now() + HOUR_MS) },
      }),
    }
  })
  if (documents.length > 0) await uploads.insertMany(documents)
}

/** The queue places reported by each function. */
async function readPlaces(): Promise<{ shown: string[]; counted: string[] }> {
  const described: string[] = []
  const queued = async ({ number }: FileUpload, ahead: number) => void described.push(`#${number}: ${ahead}`)
  const places = createQueuePlaces({ models, log: silent, listener: { queued } })
  // Only a few are posted at a time.
  for (let before = -1; before < described.length; ) {
    before = described.length
    await places.post()
  }
  const queue = createUploadQueue({ models })
  const waiting = await uploads.find<FileUpload>({ status: 'queued' }).toArray()
  const counts = await Promise.all(
    waiting.map(async (upload) => [upload.number, await queue.countAhead(upload)]),
  )
  counts.sort(([, a = 0], [, b = 0]) => a - b)
  return { shown: described, counted: counts.map(([number, ahead]) => `#${number}: ${ahead}`) }
}

/** Runs all uploads in order, like a worker. */
async function takeAll(): Promise<string[]> {
  const { deletedCount } = await uploads.deleteMany({ status: 'running' })
  const taken: string[] = []
  for (;;) {
    const upload = await claimUpload(models, { leaseMs: HOUR_MS }, () => true)
    if (!upload) return taken
    taken.push(`#${upload.number}: ${deletedCount + taken.length}`)
    await uploads.updateOne({ _id: upload._id }, { $set: { status: 'done' }, $unset: { lease: '' } })
  }
}

describe('the place in the queue', () => {
  it.each<[string, Entry[], string[]]>([
    ['follows the time of the share', [{ day: 2 }, { day: 1 }], ['#2: 0', '#1: 1']],
    ['follows the number where two were shared at once', [{ day: 1 }, { day: 1 }], ['#1: 0', '#2: 1']],
    [
      'is behind what runs, also where that was shared later',
      [{ day: 9, status: 'running' }, { day: 1 }],
      ['#2: 1'],
    ],
    [
      'is behind what was begun and handed back, also where that was shared later',
      [{ day: 1 }, { day: 9, isBegun: true }],
      ['#2: 0', '#1: 1'],
    ],
    [
      'is behind what was begun for a share that was heard of late',
      [{ day: 5 }, { day: 6, isBegun: true }, { day: 1 }],
      ['#2: 0', '#3: 1', '#1: 2'],
    ],
    [
      'is behind a switch of the record kind, and that is behind what was begun',
      [{ day: 1 }, { day: 8, isSwitch: true }, { day: 9, isBegun: true }],
      ['#3: 0', '#2: 1', '#1: 2'],
    ],
    [
      'is behind the undo of an import that cannot be continued, and that is behind what was begun',
      [{ day: 1 }, { day: 2, isSwitch: true }, { day: 8, isRestart: true }, { day: 9, isBegun: true }],
      ['#4: 0', '#3: 1', '#2: 2', '#1: 3'],
    ],
    [
      'leaves out what is held, over or failed',
      [{ day: 1, status: 'held' }, { day: 2, status: 'done' }, { day: 3, status: 'failed' }, { day: 4 }],
      ['#4: 0'],
    ],
  ])('%s', async (_, entries, expected) => {
    await insert(entries)
    const { shown: reported, counted } = await readPlaces()

    expect(counted).toEqual(expected)
    // The next upload gets no message.
    expect(reported).toEqual(expected.filter((place) => !place.endsWith(': 0')))
    expect(await takeAll()).toEqual(expected)
  })

  it('that is told and counted is the one in which uploads are taken, whatever waits', async () => {
    const entry = fc.record(
      {
        day: fc.integer({ min: 1, max: 4 }),
        status: fc.constantFrom<UploadStatus>('queued', 'queued', 'queued', 'held', 'done'),
        isBegun: fc.constant<true>(true),
        isRestart: fc.constant<true>(true),
      },
      { requiredKeys: ['day', 'status'] },
    )
    const queue = fc.record({
      entries: fc.array(entry, { maxLength: 8 }),
      running: fc.array(fc.record({ day: fc.integer({ min: 1, max: 4 }) }), { maxLength: 1 }),
      switches: fc.array(entry, { maxLength: 1 }),
    })
    await fc.assert(
      fc.asyncProperty(queue, async ({ entries, running, switches }) => {
        await uploads.deleteMany({})
        await insert([
          ...entries,
          ...running.map(({ day }) => ({ day, status: 'running' }) as const),
          ...switches.map((one) => ({ ...one, isSwitch: true }) as const),
        ])
        const { shown: printed, counted } = await readPlaces()
        const taken = await takeAll()

        expect(counted).toEqual(taken)
        expect(printed).toEqual(taken.filter((place) => !place.endsWith(': 0')))
      }),
      { numRuns: 40 },
    )
  }, 120_000)
})

describe('a process that looks at the queue again and again', () => {
  it('finds what a first look finds, whatever is shared, taken and ended meanwhile', async () => {
    const step = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({ kind: fc.constant('share' as const), day: fc.integer({ min: 1, max: 9 }) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant('begin' as const), day: fc.integer({ min: 1, max: 9 }) }),
      },
      { weight: 3, arbitrary: fc.constant({ kind: 'run' as const }) },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant('end' as const), day: fc.integer({ min: 1, max: 9 }) }),
      },
    )
    const first = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(first, fc.array(step, { maxLength: 15 }), async (days, steps) => {
        await uploads.deleteMany({})
        await insert(days.map((day) => ({ day })))
        const kept = createHeadFinder(models)
        let count = days.length
        for (const one of [{ kind: 'run' } as const, ...steps]) {
          if (one.kind === 'share') await insert([{ day: one.day }], count++)
          if (one.kind === 'begin') await insert([{ day: one.day, isBegun: true }], count++)
          if (one.kind === 'end')
            await uploads.updateOne(
              { status: 'queued', shared_at: new Date(Date.UTC(2026, 0, one.day)) },
              { $set: { status: 'failed' } },
            )
          const [head, found] = [await createHeadFinder(models).find(), await kept.find()]

          expect(found?.number).toBe(head?.number)
          if (one.kind === 'run' && found)
            await uploads.updateOne({ _id: found._id }, { $set: { status: 'done' } })
        }
      }),
      { numRuns: 40 },
    )
  }, 240_000)

  it('knows the upload behind the head', async () => {
    await insert([{ day: 3 }, { day: 1 }, { day: 2 }])
    const heads = createHeadFinder(models)

    for (const [head, following] of [
      [2, 3],
      [3, 1],
      [1, undefined],
    ] as const) {
      const found = await heads.find()
      expect([found?.number, heads.following()?.number]).toEqual([head, following])
      await uploads.updateOne({ number: head }, { $set: { status: 'done' } })
    }
    expect(await heads.find()).toBeNull()
    expect(heads.following()).toBeUndefined()
  })
})
