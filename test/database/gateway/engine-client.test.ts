import fc from 'fast-check'
import { mongo } from 'mongoose'
import { describe, expect, it } from 'vitest'
import { createMessageCutter } from '../../../src/database/gateway/message-cutter.ts'
import { openTestModels } from '../../support/test-models.ts'

const { database } = await openTestModels()
const collection = database.connection.collection('bytes_of_answers')

/** A message of PostgreSQL: a code, the length without the code, and the rest. */
function toMessage(code: number, rest: Uint8Array): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt8(code, 0)
  head.writeUInt32BE(4 + rest.length, 1)
  return Buffer.concat([head, rest])
}

describe('the messages of the engine', () => {
  it('are cut whole and in order, wherever their packets end', () => {
    const message = fc
      .tuple(fc.integer({ min: 1, max: 255 }), fc.uint8Array({ maxLength: 40 }))
      .map(([code, rest]) => toMessage(code, rest))
    fc.assert(
      fc.property(fc.array(message, { maxLength: 8 }), fc.array(fc.nat({ max: 400 })), (messages, cuts) => {
        const all = Buffer.concat(messages)
        const ends = [...new Set([...cuts.map((cut) => Math.min(cut, all.length)), all.length])]
        ends.sort((a, b) => a - b)
        const found: Buffer[] = []
        const push = createMessageCutter((one) => found.push(Buffer.from(one)))

        for (const [at, end] of ends.entries()) push(all.subarray(ends[at - 1] ?? 0, end))

        expect(found).toEqual(messages)
      }),
    )
  })
})

describe('an answer', () => {
  const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))

  it.each([
    ['a few bytes', 1],
    ['more bytes than a packet has', 2_000],
    ['millions of bytes', 20_000],
  ])('holds the same bytes as the document, for %s', async (_, times) => {
    const value = Buffer.concat(Array.from({ length: times }, () => every))
    const _id = new mongo.ObjectId()
    await collection.insertOne({ _id, value: new mongo.Binary(value), text: 'Zoë 🙂 \u0000\u007f' })

    const found = await collection.findOne({ _id })

    expect(found).toMatchObject({ text: 'Zoë 🙂 \u0000\u007f', value: expect.any(mongo.Binary) })
    expect(Buffer.compare(found?.value.buffer ?? every, value)).toBe(0)
  })

  it('of several pages holds each document once', async () => {
    const batch = new mongo.ObjectId()
    await collection.insertMany(Array.from({ length: 250 }, (_, n) => ({ batch, n, value: 'ü'.repeat(500) })))

    const found = await collection.find({ batch }, { batchSize: 20 }).toArray()

    expect(found.map(({ n }) => n).sort((a, b) => a - b)).toEqual(Array.from({ length: 250 }, (_, n) => n))
  })
})
