import { BSON } from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MalformedBsonError } from '../../../src/database/gateway/wire/bson-bytes.ts'
import { createFramer } from '../../../src/database/gateway/wire/message-framer.ts'
import { encodeReply, ProtocolError, parseMessage } from '../../../src/database/gateway/wire/wire-message.ts'
import { encodeQuery, encodeRequest } from './wire-client.ts'

const documents = [{ a: 1 }, { b: 'two' }]
const insert = (id: number, flags = 0) =>
  encodeRequest(id, { insert: 'things', $db: 'x' }, { flags, sequences: { documents } })

describe('parseMessage', () => {
  it('gives the body and the lists beside it as views on the message', () => {
    const message = insert(9)
    const request = parseMessage(message)
    expect(request).toMatchObject({ requestId: 9, kind: 'msg', wantsReply: true })
    expect(BSON.deserialize(request.body)).toEqual({ insert: 'things', $db: 'x' })
    const list = request.sequences.get('documents')
    expect(list?.equals(Buffer.concat(documents.map((one) => BSON.serialize(one))))).toBe(true)
    expect(list?.buffer).toBe(message.buffer)
  })

  it.each([
    ['none', 0, true],
    ['a checksum', 1, true],
    ['no reply wanted', 2, false],
    ['exhaust allowed', 1 << 16, true],
  ])('reads the flags: %s', (_name, flags, wantsReply) => {
    expect(parseMessage(insert(1, flags)).wantsReply).toBe(wantsReply)
  })

  it('reads the hello in the operation drivers begin with', () => {
    const request = parseMessage(encodeQuery(3, { ismaster: 1 }))
    expect(request).toMatchObject({ requestId: 3, kind: 'query', wantsReply: true })
    expect(BSON.deserialize(request.body)).toEqual({ ismaster: 1 })
    expect(() => parseMessage(encodeQuery(3, { a: 1 }, 'db.things'))).toThrow(ProtocolError)
  })

  it('reads any bytes or refuses them, but never fails otherwise', () => {
    const good = insert(1)
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const message = Buffer.from(good)
          for (const [place, byte] of changes) message[16 + (place % (message.length - 16))] = byte
          try {
            parseMessage(message)
          } catch (error) {
            expect(error instanceof ProtocolError || error instanceof MalformedBsonError).toBe(true)
          }
        },
      ),
      { numRuns: 2000 },
    )
  })

  it.each<[string, (message: Buffer) => Buffer]>([
    ['no body', (message) => message.subarray(0, 20)],
    ['too few bytes', (message) => message.subarray(0, 18)],
    ['a body twice', (message) => Buffer.concat([message, Buffer.from([0]), BSON.serialize({ a: 1 })])],
    [
      'a list twice',
      (message) => Buffer.concat([message, message.subarray(message.indexOf('documents') - 5)]),
    ],
  ])('refuses a message with %s', (_name, change) => {
    expect(() => parseMessage(change(insert(1)))).toThrow(ProtocolError)
  })
})

describe('encodeReply', () => {
  it.each([
    ['OP_MSG', insert(42), 2013, 21],
    ['OP_QUERY', encodeQuery(42, { hello: 1 }), 1, 36],
  ])('answers %s in kind', (_name, message, opCode, bodyAt) => {
    const body = Buffer.from(BSON.serialize({ ok: 1 }))
    const reply = Buffer.concat(encodeReply(parseMessage(message), 7, body))
    expect([0, 4, 8, 12].map((at) => reply.readInt32LE(at))).toEqual([reply.length, 7, 42, opCode])
    expect(BSON.deserialize(reply.subarray(bodyAt))).toEqual({ ok: 1 })
  })
})

describe('createFramer', () => {
  const stream = Buffer.concat([insert(1), encodeQuery(2, { hello: 1 }), insert(3)])
  const idsOf = (messages: Buffer[]) => messages.map((message) => message.readInt32LE(4))

  it('finds the same messages wherever the stream is cut', () => {
    for (let at = 0; at <= stream.length; at += 1) {
      const framer = createFramer()
      const messages = [...framer.push(stream.subarray(0, at)), ...framer.push(stream.subarray(at))]
      expect(idsOf(messages)).toEqual([1, 2, 3])
      expect(framer.heldBytes).toBe(0)
    }
  })

  it('finds the same messages in any packets', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1 }), (sizes) => {
        const framer = createFramer()
        const messages: Buffer[] = []
        let at = 0
        for (let turn = 0; at < stream.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1
          messages.push(...framer.push(stream.subarray(at, at + Math.max(size, turn >= 500 ? 1 : 0))))
          at += Math.max(size, turn >= 500 ? 1 : 0)
        }
        expect(Buffer.concat(messages).equals(stream)).toBe(true)
        expect(idsOf(messages)).toEqual([1, 2, 3])
      }),
    )
  })

  it('keeps a message that comes in one packet where it is', () => {
    const message = insert(1)
    expect(createFramer().push(message)[0]?.buffer).toBe(message.buffer)
  })

  it.each([0, 15, -1, 48_000_001])(
    'refuses a message of %i bytes as soon as its length is there',
    (length) => {
      const head = Buffer.alloc(4)
      head.writeInt32LE(length)
      expect(() => createFramer().push(head)).toThrow(ProtocolError)
    },
  )

  it('waits for a message of exactly 48,000,000 bytes', () => {
    const head = Buffer.alloc(4)
    head.writeInt32LE(48_000_000)
    expect(createFramer().push(head)).toEqual([])
  })
})
