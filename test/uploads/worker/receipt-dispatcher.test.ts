import { beforeEach, expect, it } from 'vitest'
import type { FileUpload } from '../../../models/index.ts'
import type { UploadListener } from '../../../src/uploads/lease/ports.ts'
import { createReceiptDesk } from '../../../src/uploads/worker/receipt-dispatcher.ts'
import { openTestModels } from '../../support/test-models.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }

const { models } = await openTestModels()

beforeEach(() => models.fileUploads.collection.deleteMany({}))

function aDesk(said: string[], onAsked = async () => {}) {
  const listener: UploadListener = {
    queued: async () => {},
    progress: async () => {},
    waiting: async () => {},
    asked: async () => {
      await onAsked()
      said.push('question')
    },
    finished: async () => {
      said.push('receipt')
    },
  }
  return createReceiptDesk({ models, sources: { slack: true }, listener, log: silent })
}

async function store(fields: object): Promise<void> {
  await models.fileUploads.collection.insertOne({
    kind: 'import',
    number: 1,
    shared_at: new Date(),
    source: { kind: 'slack' },
    receipt: { due: true },
    ...fields,
  })
}

const finish = {
  $set: { status: 'done', finished_at: new Date(), 'receipt.due': true },
  $unset: { 'receipt.claimed_until': '' },
}

it('puts the question of a held upload once', async () => {
  const said: string[] = []
  await store({ status: 'held' })

  await aDesk(said).postDue()
  await aDesk(said).postDue()

  expect(said).toEqual(['question'])
})

it('says the receipt after a question that was answered while it was still being put', async () => {
  const said: string[] = []
  await store({ status: 'held' })
  // Somebody answers at once, and another process imports the file and says its receipt.
  const desk = aDesk(said, async () => {
    await models.fileUploads.collection.updateOne({ number: 1 }, finish)
    await aDesk(said).postDue()
  })

  await desk.postDue()

  expect(said).toEqual(['receipt', 'question', 'receipt'])
  const upload = await models.fileUploads.collection.findOne<FileUpload>({ number: 1 })
  expect(upload?.receipt).toMatchObject({ due: false })
})

it('says nothing of an upload that is queued again', async () => {
  const said: string[] = []
  await store({ status: 'queued' })

  await aDesk(said).postDue()

  expect(said).toEqual([])
})
