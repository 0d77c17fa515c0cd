import { describe, expect, it } from 'vitest'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/field-catalogue.ts'
import { AppError } from '../../../src/errors.ts'
import type { Upload } from '../../../src/slack/files/slack-upload.ts'
import { createSlackUploadListener } from '../../../src/slack/messages/slack-upload-listener.ts'
import type { UploadMessage } from '../../../src/slack/messages/upload-message.ts'

const upload = {
  _id: 'a',
  kind: 'import',
  number: 7,
  file: { name: 'day-1.csv', bytes: 100 },
  source: { kind: 'slack', channel: 'C1' },
  receipt: { due: true },
} as unknown as Upload

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

function createTalk({
  everyMs = 0,
  print: write,
  hasReactions,
}: {
  everyMs?: number
  print?: UploadMessage['print']
  hasReactions?: boolean
} = {}) {
  const text: string[] = []
  const note =
    (how: string): UploadMessage['print'] =>
    async (_, __, state) => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      text.push(`${how} ${state}`)
    }
  const message: UploadMessage = {
    print: write ?? note('say'),
    mention: note('mention'),
    learnThread() {},
    postEphemeral: async () => {
      text.push('whisper')
    },
  }
  const listener = createSlackUploadListener({
    message,
    catalogue: DEFAULT_CATALOGUE,
    findProblems: async () => [],
    log: silent,
    everyMs,
    ...(hasReactions !== undefined && {
      hasReactions: () => hasReactions,
      isOurs: async () => {
        text.push('look')
        return true
      },
    }),
  })
  return { posted: text, listener }
}

describe('what a thread is told of an upload', () => {
  it('begins with one message, edits it on the way, and ends with the receipt', async () => {
    const { posted: answer, listener } = createTalk()

    await listener.queued(upload, 2, 2)
    await listener.progress(upload, { rows: 10, bytesRead: 50 })
    await listener.waiting(upload, 'The database is away.')
    await listener.finished(upload)

    expect(answer).toEqual(['say queued', 'mention running', 'mention waiting', 'say done'])
  })

  it.each<[string, { kind?: 'undo'; inChannel: number; hasReactions: boolean }, string[]]>([
    ['a place near the front', { inChannel: 20, hasReactions: true }, ['look', 'say queued']],
    [
      'no place behind many others of its channel, where a reaction shows that the file waits',
      { inChannel: 21, hasReactions: true },
      ['look'],
    ],
    [
      'a place behind many others without reactions',
      { inChannel: 21, hasReactions: false },
      ['look', 'say queued'],
    ],
    [
      'a place behind many others of other channels',
      { inChannel: 0, hasReactions: true },
      ['look', 'say queued'],
    ],
    [
      'the place of an undo, which no reaction shows',
      { kind: 'undo', inChannel: 21, hasReactions: true },
      ['look', 'say queued'],
    ],
  ])('begins with %s', async (_, { kind = 'import', inChannel, hasReactions }, expected) => {
    const { posted: begun, listener } = createTalk({ hasReactions })

    await listener.queued({ ...upload, kind } as Upload, 25, inChannel)

    expect(begun).toEqual(expected)
  })

  it('begins with a reaction far behind others of its channel, and with a place when it comes nearer', async () => {
    const { posted: shown, listener } = createTalk({ hasReactions: true })

    await listener.queuedFarBehind(upload)
    expect(shown.splice(0)).toEqual(['look'])
    await listener.queued(upload, 19, 19)
    expect(shown.splice(0)).toEqual(['look', 'say queued'])
    await listener.queuedFarBehind(upload)
    expect(shown).toEqual([])
  })

  it('is told to the person alone, once, when the database is away before anything was said', async () => {
    const { posted: output, listener } = createTalk({
      print: async () => {
        throw Object.assign(new Error('away'), { name: 'MongoNetworkError' })
      },
    })

    await listener.waiting(upload, 'The database is away.')
    await expect(listener.waiting(upload, 'The database is away.')).rejects.toThrow('away')

    expect(output).toEqual(['whisper'])
  })

  it('edits no more often than Slack likes', async () => {
    const { posted: printed, listener } = createTalk({ everyMs: 1_000 })
    await listener.queued(upload, 1, 1)

    for (let rows = 0; rows < 20; rows += 1) await listener.progress(upload, { rows, bytesRead: rows })

    expect(printed).toEqual(['say queued'])
  })

  it('says nothing on the way of a file that is done before a word would be due', async () => {
    const { posted: stated, listener } = createTalk({ everyMs: 1_000 })

    await listener.progress(upload, { rows: 1, bytesRead: 50 })
    await listener.finished(upload)

    expect(stated).toEqual(['say done'])
  })

  it('says at once that it waits, also where nothing was said before', async () => {
    const { posted: texts, listener } = createTalk({ everyMs: 1_000 })

    await listener.progress(upload, { rows: 1, bytesRead: 50 })
    await listener.waiting(upload, 'Slack is away.')

    expect(texts).toEqual(['say waiting'])
  })

  it('never says on the way what would land on top of the receipt', async () => {
    const { posted: replies, listener } = createTalk()

    const late = listener.progress(upload, { rows: 10, bytesRead: 50 })
    await Promise.all([
      late,
      listener.finished(upload),
      listener.progress(upload, { rows: 11, bytesRead: 60 }),
    ])

    expect(replies.at(-1)).toBe('say done')
  })

  it('lets the receipt be tried again when Slack is away', async () => {
    const { listener } = createTalk({
      print: async () => {
        throw new AppError('slack_unavailable')
      },
    })

    await expect(listener.finished(upload)).rejects.toMatchObject({ code: 'slack_unavailable' })
  })

  it('lets a receipt go for which nobody is there any more', async () => {
    const { listener } = createTalk({
      print: async () => {
        throw new AppError('slack_refused', { reason: 'is_archived' })
      },
    })

    await expect(listener.finished(upload)).resolves.toBeUndefined()
  })

  it('tells no thread of an upload from the command line', async () => {
    const { posted: lines, listener } = createTalk()

    await listener.finished({ ...upload, source: { kind: 'cli' } } as unknown as Upload)

    expect(lines).toEqual([])
  })
})
