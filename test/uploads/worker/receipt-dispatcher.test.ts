import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { FileUpload } from '../../../models/index.ts'
import type { UploadListener } from '../../../src/uploads/lease/ports.ts'
import { createReceiptDispatcher } from '../../../src/uploads/worker/receipt-dispatcher.ts'
import {
  beginEdit,
  claimMessageAtEnd,
  claimReceiptMessage,
  endEdit,
  isClaimedAtEnd,
} from '../../../src/uploads/worker/receipt-message.ts'
import { openTestModels } from '../../support/test-models.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }

const { models } = await openTestModels()

beforeEach(() => models.fileUploads.collection.deleteMany({}))

function aListener(text: string[], onAsked = async () => {}): UploadListener {
  return {
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
}

function aDispatcher(text: string[], onAsked = async () => {}, listener = aListener(text, onAsked)) {
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

describe('an edit with progress, whose process may crash while Slack has its request', () => {
  const find = async () => {
    const upload = await models.fileUploads.collection.findOne<FileUpload>({ number: 1 })
    if (!upload) throw new Error('no upload')
    return upload
  }
  const letTheEditExpire = () =>
    models.fileUploads.collection.updateOne({ number: 1 }, [
      {
        $set: {
          'receipt.editing_until': { $subtract: ['$$NOW', 1] },
          'receipt.claimed_until': { $subtract: ['$$NOW', 1] },
        },
      },
    ])

  it('has the receipt posted again after a crash, because the edit may have come after it', async () => {
    const posted: string[] = []
    await store({ status: 'importing', receipt: { due: false, message: '1.000001' } })
    const { _id } = await find()
    expect(await beginEdit(models, _id, 'a process that crashes')).toBe(true)
    await models.fileUploads.collection.updateOne({ number: 1 }, finish)

    await aDispatcher(posted).postDue()
    await aDispatcher(posted).postDue()
    expect(posted).toEqual(['receipt'])
    expect((await find()).receipt.due).toBe(true)

    await letTheEditExpire()
    await aDispatcher(posted).postDue()
    await aDispatcher(posted).postDue()
    expect(posted).toEqual(['receipt', 'receipt'])
    expect((await find()).receipt.due).toBe(false)
  })

  it('costs no second receipt if it ended before', async () => {
    const posted: string[] = []
    await store({ status: 'importing', receipt: { due: false, message: '1.000001' } })
    const { _id } = await find()
    await beginEdit(models, _id, 'a process')
    await endEdit(models, _id, 'a process')
    await models.fileUploads.collection.updateOne({ number: 1 }, finish)

    await aDispatcher(posted).postDue()
    await aDispatcher(posted).postDue()

    expect(posted).toEqual(['receipt'])
    expect((await find()).receipt).not.toHaveProperty('editing_until')
  })

  it('has the receipt posted again if the upload finished meanwhile', async () => {
    const posted: string[] = []
    await store({ status: 'done', finished_at: new Date(), receipt: { due: false, message: '1.000001' } })
    const { _id } = await find()

    await endEdit(models, _id, 'a process that began before the end')
    await aDispatcher(posted).postDue()

    expect(posted).toEqual(['receipt'])
  })

  it('does not begin after the end of the upload', async () => {
    await store({ status: 'done', finished_at: new Date() })

    expect(await beginEdit(models, (await find())._id, 'a process')).toBe(false)
  })

  it('is allowed beside the edit of another process, and leaves its claim alone', async () => {
    await store({ status: 'importing', receipt: { due: false, message: '1.000001' } })
    const { _id } = await find()
    await beginEdit(models, _id, 'one')

    expect(await beginEdit(models, _id, 'another')).toBe(true)
    await endEdit(models, _id, 'another')

    expect((await find()).receipt.editing_by).toBe('one')
  })
})

describe('a receipt that the write of the end has claimed', () => {
  const find = async () => {
    const upload = await models.fileUploads.collection.findOne<FileUpload>({ number: 1 })
    if (!upload) throw new Error('no upload')
    return upload
  }

  /** An import ends, and its process claims the receipt. */
  async function end(dispatcher: ReturnType<typeof aDispatcher>): Promise<FileUpload> {
    await store({ status: 'running', receipt: { due: false } })
    const claim = dispatcher.claimFields(await find(), 'done')
    const ended = { status: 'done', finished_at: '$$NOW', 'receipt.due': true, ...claim }
    await models.fileUploads.collection.updateOne({ number: 1 }, [{ $set: ended }])
    return await find()
  }
  const letTheClaimEnd = () =>
    models.fileUploads.collection.updateOne({ number: 1 }, [
      { $set: { 'receipt.claimed_until': { $subtract: ['$$NOW', 1] } } },
    ])

  it('is posted once, by the process that ended the upload', async () => {
    const [own, others]: [string[], string[]] = [[], []]
    const dispatcher = aDispatcher(own)
    const ended = await end(dispatcher)
    dispatcher.keep(ended)

    await aDispatcher(others).postDue()
    await dispatcher.postKept()
    await dispatcher.postKept()
    await aDispatcher(others).postDue()

    expect([own, others]).toEqual([['receipt'], []])
    expect((await find()).receipt).toMatchObject({ due: false })
    expect((await find()).receipt).not.toHaveProperty('claimed_until')
  })

  it('is posted by another process after a kill', async () => {
    const others: string[] = []
    await end(aDispatcher([]))

    await letTheClaimEnd()
    await aDispatcher(others).postDue()

    expect(others).toEqual(['receipt'])
    expect((await find()).receipt.due).toBe(false)
  })

  it('is not posted if it was kept for too long: another process may post it', async () => {
    const own: string[] = []
    const dispatcher = aDispatcher(own)
    const clock = vi.spyOn(performance, 'now')
    try {
      clock.mockReturnValue(0)
      dispatcher.keep(await end(dispatcher))
      clock.mockReturnValue(5_001)
      await dispatcher.postKept()
    } finally {
      clock.mockRestore()
    }
    expect(own).toEqual([])

    await letTheClaimEnd()
    await dispatcher.postDue()
    expect(own).toEqual(['receipt'])
  })

  it('is posted once although the database fails right after the post', async () => {
    const own: string[] = []
    const dispatcher = aDispatcher(own)
    dispatcher.keep(await end(dispatcher))
    const lost = new Error('connection lost')
    const write = vi.spyOn(models.fileUploads.collection, 'findOneAndUpdate').mockRejectedValueOnce(lost)
    try {
      await expect(dispatcher.postKept()).rejects.toThrow(lost)
    } finally {
      write.mockRestore()
    }

    await dispatcher.postKept()

    expect(own).toEqual(['receipt'])
  })

  it('lets what else is due have its turn, although the next import ends while it is posted', async () => {
    const own: string[] = []
    const listener = aListener(own)
    const dispatcher = aDispatcher(own, undefined, listener)
    const ended = await end(dispatcher)
    vi.spyOn(listener, 'finished').mockImplementation(async () => {
      own.push('receipt')
      if (own.length < 5) dispatcher.keep(ended)
    })
    dispatcher.keep(ended)

    await dispatcher.postKept()

    expect(own).toEqual(['receipt'])
  })

  it('is posted as it is by then, if it waited for another one meanwhile', async () => {
    const listener = aListener([])
    const finished = vi.spyOn(listener, 'finished')
    const dispatcher = aDispatcher([], undefined, listener)
    const clock = vi.spyOn(performance, 'now')
    try {
      clock.mockReturnValue(0)
      dispatcher.keep(await end(dispatcher))
      await models.fileUploads.collection.updateOne({ number: 1 }, { $set: { status: 'undone' } })
      clock.mockReturnValue(1_000)
      await dispatcher.postKept()
    } finally {
      clock.mockRestore()
    }

    expect(finished.mock.calls.map(([{ status }]) => status)).toEqual(['undone'])
  })

  it('is left alone if another process has taken it meanwhile', async () => {
    const [own, others]: [string[], string[]] = [[], []]
    const dispatcher = aDispatcher(own)
    const clock = vi.spyOn(performance, 'now')
    try {
      clock.mockReturnValue(0)
      dispatcher.keep(await end(dispatcher))
      await letTheClaimEnd()
      await aDispatcher(others).postDue()
      clock.mockReturnValue(1_000)
      await dispatcher.postKept()
    } finally {
      clock.mockRestore()
    }

    expect([own, others]).toEqual([[], ['receipt']])
  })

  it('is left to every process while some wait in this one', async () => {
    const dispatcher = aDispatcher([])
    const ended = await end(dispatcher)
    for (let kept = 0; kept < 3; kept += 1) dispatcher.keep(ended)

    expect(dispatcher.claimFields(ended, 'done')).toBeUndefined()
  })

  it('is not claimed for an upload of the command line', async () => {
    await store({ source: { kind: 'cli' } })

    expect(aDispatcher([]).claimFields(await find(), 'done')).toBeUndefined()
  })
})

describe('the claim on the message in the write of the end', () => {
  async function end(receipt: object): Promise<FileUpload> {
    await store({ status: 'running', receipt: { due: false, ...receipt } })
    await models.fileUploads.collection.updateOne({ number: 1 }, [
      { $set: { status: 'done', finished_at: '$$NOW', ...claimMessageAtEnd('this process') } },
    ])
    const upload = await models.fileUploads.collection.findOne<FileUpload>({ number: 1 })
    if (!upload) throw new Error('no upload')
    return upload
  }

  it('is as good as one of its own: no other process may post', async () => {
    const ended = await end({})

    expect(isClaimedAtEnd(ended, 'this process')).toBe(true)
    expect(isClaimedAtEnd(ended, 'another process')).toBe(false)
    expect(await claimReceiptMessage(models, ended._id, 'another process')).toEqual({ kind: 'taken' })
    // A second try may follow a post without an answer.
    expect(await claimReceiptMessage(models, ended._id, 'this process')).toEqual({
      kind: 'granted',
      isFirst: false,
    })
  })

  const soon = () => new Date(Date.now() + 60_000)
  it.each<[string, () => object]>([
    ['another process posts', () => ({ posting_by: 'another process', posting_until: soon() })],
    ['this process has begun to post before', () => ({ posting_by: 'this process', posting_until: soon() })],
    ['the message exists', () => ({ message: '1.000001' })],
  ])('is not taken if %s', async (_, receipt) => {
    const before = receipt()
    const ended = await end(before)

    expect(isClaimedAtEnd(ended, 'this process')).toBe(false)
    expect(ended.receipt).toMatchObject(before)
  })
})
