import { beforeEach, expect, it } from 'vitest'
import type { FileUpload } from '../../../models/index.ts'
import type { UploadListener } from '../../../src/uploads/lease/ports.ts'
import { createReceiptDispatcher } from '../../../src/uploads/worker/receipt-dispatcher.ts'
import { openTestModels } from '../../support/test-models.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }

const { models } = await openTestModels()

beforeEach(() => models.fileUploads.collection.deleteMany({}))

function aDispatcher(text: string[], onAsked = async () => {}) {
  const listener: UploadListener = {
    queued: async () => {},
    progress: async () => {},
    waiting: async () => {},
    asked: async () => {
      await onAsked()
      text.push('question')
    },
    finished: async () => {
      text.push('receipt')
    },
  }
  return createReceiptDispatcher({ models, sources: { slack: true }, listener, log: silent })
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
  const answer: string[] = []
  await store({ status: 'held' })

  await aDispatcher(answer).postDue()
  await aDispatcher(answer).postDue()

  expect(answer).toEqual(['question'])
})

it('says the receipt after a question that was answered while it was still being put', async () => {
  const output: string[] = []
  await store({ status: 'held' })
  // A person answers at once, and another process imports the file and posts its receipt.
  const dispatcher = aDispatcher(output, async () => {
    await models.fileUploads.collection.updateOne({ number: 1 }, finish)
    await aDispatcher(output).postDue()
  })

  await dispatcher.postDue()

  expect(output).toEqual(['receipt', 'question', 'receipt'])
  const upload = await models.fileUploads.collection.findOne<FileUpload>({ number: 1 })
  expect(upload?.receipt).toMatchObject({ due: false })
})

it('says nothing of an upload that is queued again', async () => {
  const printed: string[] = []
  await store({ status: 'queued' })

  await aDispatcher(printed).postDue()

  expect(printed).toEqual([])
})
