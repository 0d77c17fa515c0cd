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

function share(day: number): Promise<FileUpload> {
  const queue = createUploadQueue({ models })
  const sharedAt = new Date(Date.UTC(2026, 0, day))
  return queue
    .queueSlackShare({ team: 'T1', channel: 'C1', user: 'U1', fileId: `F${day}`, sharedAt })
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
    expect(await queue.countAheadOfNew(last, 3)).toBe(3)
  })
})
