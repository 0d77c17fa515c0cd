import { beforeEach, describe, expect, it } from 'vitest'
import type { FileUpload } from '../../../models/index.ts'
import { createQueuePlaces } from '../../../src/uploads/worker/queue-places.ts'
import { createUploadQueue } from '../../../src/uploads/worker/upload-queue.ts'
import { openTestModels } from '../../support/test-models.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }

const { models } = await openTestModels()

beforeEach(async () => {
  await models.fileUploads.collection.deleteMany({})
})

function share(day: number, channel = 'C1'): Promise<FileUpload> {
  const queue = createUploadQueue({ models })
  const sharedAt = new Date(Date.UTC(2026, 0, day))
  return queue
    .queueSlackShare({ team: 'T1', channel, user: 'U1', fileId: `F${day}`, sharedAt })
    .then(({ upload }) => upload)
}

const set = (upload: FileUpload, fields: object) =>
  models.fileUploads.collection.updateOne({ _id: upload._id }, { $set: fields })

function places(queued?: (day: number) => Promise<void>) {
  const text: string[] = []
  const { post: report } = createQueuePlaces({
    models,
    log: silent,
    listener: {
      async queued(upload, ahead) {
        const day = upload.shared_at.getUTCDate()
        await queued?.(day)
        text.push(`${day}: ${ahead}`)
      },
    },
  })
  return { printed: text, print: report }
}

describe('those who wait in the queue', () => {
  it('are told how many are before them, and again when that has changed', async () => {
    const [first, second] = [await share(1), await share(2)]
    await share(3)
    await set(first, { status: 'running' })
    const { printed: answer, print } = places()

    await print()
    await print()
    expect(answer.splice(0)).toEqual(['2: 1', '3: 2'])

    await set(first, { status: 'done' })
    await set(second, { status: 'running' })
    await print()
    expect(answer).toEqual(['3: 1'])
  })

  it('are told a few at a time, those before the others first', async () => {
    await set(await share(1), { status: 'running' })
    for (const day of [5, 3, 2, 6, 4]) await share(day)
    const { printed: output, print: announce } = places()

    await announce()
    expect(output.splice(0)).toEqual(['2: 1', '3: 2', '4: 3'])
    await announce()
    expect(output).toEqual(['5: 4', '6: 5'])
  })

  it('learn how many of these are of their channel', async () => {
    const running = await share(1, 'C2')
    for (const [day, channel] of [
      [2, 'C1'],
      [3, 'C2'],
      [4, 'C1'],
    ] as const)
      await share(day, channel)
    await set(running, { status: 'running' })
    const counted: string[] = []
    const queued = async ({ shared_at }: FileUpload, ahead: number, inChannel: number) =>
      void counted.push(`${shared_at.getUTCDate()}: ${inChannel} of ${ahead}`)
    await createQueuePlaces({ models, log: silent, listener: { queued } }).post()

    expect(counted).toEqual(['2: 0 of 1', '3: 1 of 2', '4: 1 of 3'])
  })

  it('count what was begun and handed back, and what runs although it was shared later', async () => {
    await share(1)
    await set(await share(2), { started_at: new Date() })
    await set(await share(3), { status: 'running' })
    const { printed, print: emit } = places()

    await emit()

    expect(printed).toEqual(['2: 1', '1: 2'])
  })

  it('are told although one of them cannot be', async () => {
    await set(await share(1), { status: 'running' })
    await share(2)
    await share(3)
    const { printed: message, print } = places(async (day) => {
      if (day === 2) throw new Error('away')
    })

    await print()

    expect(message).toEqual(['3: 2'])
  })
})

describe('the place of a share that was just heard of', () => {
  it('is behind what runs, also when that was shared later', async () => {
    const late = await share(1)
    await set(await share(2), { status: 'running' })
    await share(3)

    expect(await createUploadQueue({ models }).countAhead(late)).toBe(1)
    expect(await createUploadQueue({ models }).countAheadOfNew(late)).toBe(1)
  })

  it('is counted as far as the limit only', async () => {
    for (const day of [1, 2, 3, 4]) await share(day)
    const last = await share(5)

    const queue = createUploadQueue({ models })
    expect(await queue.countAheadOfNew(last)).toBe(4)
    expect(await queue.countAheadOfNew(last, { limit: 3 })).toBe(3)
  })

  it('is counted among the shares of its channel', async () => {
    for (const day of [1, 2, 3]) await share(day)
    const [near, last] = [await share(4, 'C2'), await share(5, 'C2')]

    const queue = createUploadQueue({ models })
    expect(await queue.countAheadOfNew(near, { channel: 'C2', limit: 2 })).toBe(0)
    expect(await queue.countAheadOfNew(last, { channel: 'C2', limit: 2 })).toBe(1)
    expect(await queue.countAheadOfNew(last, { channel: 'C1', limit: 2 })).toBe(2)
  })
})

describe('the name and the message of a waiting file', () => {
  const stored = async ({ _id }: FileUpload) =>
    await models.fileUploads.collection.findOne<FileUpload>({ _id })

  it('are stored while it waits, and the message belongs to one upload', async () => {
    const queue = createUploadQueue({ models })
    const [first, second] = [await share(1), await share(2)]

    await queue.learnShare(first, 'list.csv', { ts: '1.2' })
    expect(await stored(first)).toMatchObject({ file: { name: 'list.csv' }, message: 'C1 F1 1.2' })

    // Another report of the same share keeps no message: its run finds that and ends.
    await set(second, { 'source.file_id': 'F1', 'file.name': 'F1' })
    await queue.learnShare({ ...second, source: first.source }, 'list.csv', { ts: '1.2' })
    const other = await stored(second)
    expect(other?.file.name).toBe('list.csv')
    expect(other).not.toHaveProperty('message')
  })

  it('are stored with the reaction that is added next', async () => {
    const queue = createUploadQueue({ models })
    const first = await share(1)

    const learned = await queue.learnShare(first, 'list.csv', { ts: '1.2', reaction: 'hourglass' })

    expect(learned).toEqual(await stored(first))
    expect(learned).toMatchObject({ message: 'C1 F1 1.2', receipt: { reactions: ['hourglass'] } })
    // Known before: its reaction is stored by itself.
    expect(await queue.learnShare(first, 'list.csv', { ts: '1.2', reaction: 'other' })).toBeUndefined()
    expect(await stored(first)).toEqual(learned)
  })

  it('stay as they are after the file was opened', async () => {
    const queue = createUploadQueue({ models })
    const opened = await share(1)
    await set(opened, { 'file.name': 'opened.csv', message: 'C1 F1 1.2' })

    await queue.learnShare(opened, 'late.csv', { ts: '9.9' })

    expect(await stored(opened)).toMatchObject({ file: { name: 'opened.csv' }, message: 'C1 F1 1.2' })
  })
})
