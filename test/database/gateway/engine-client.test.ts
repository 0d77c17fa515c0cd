import { mongo } from 'mongoose'
import { describe, expect, it } from 'vitest'
import { openTestModels } from '../../support/test-models.ts'

const { database } = await openTestModels()
const collection = database.connection.collection('bytes_of_answers')

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
