import { mongo } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCustomer } from '../../../commands/customer/customer.ts'
import { renderPlain } from '../../../commands/plain/render-plain.ts'
import { createModels, ensureIndexes, type Models } from '../../../models/index.ts'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/field-catalogue.ts'
import { parsePhoneQuery } from '../../../src/customers/phones/parse-phone-query.ts'
import { openTestDatabase, type TestDatabase } from '../../support/test-database.ts'

const FIRST = new mongo.ObjectId()
const LAST = new mongo.ObjectId()

let database: TestDatabase
let models: Models

beforeAll(async () => {
  database = await openTestDatabase()
  models = createModels(database.connection)
  await ensureIndexes(models)
  const upload = (id: mongo.ObjectId, number: number, user: string) => ({
    _id: id,
    kind: 'import',
    number,
    status: 'done',
    source: { kind: 'slack', team: 'T1', channel: 'C1', user, file_id: `F${number}` },
    file: { name: `day-${number}.csv` },
    shared_at: new Date(Date.UTC(2026, 0, number, 9)),
  })
  await models.fileUploads.collection.insertMany([upload(FIRST, 1, 'asha'), upload(LAST, 3, 'ravi')])
  await models.customers.collection.insertOne({
    primary_phone: '+917417119014',
    full_name: 'Kushal Sharma',
    city: 'Pune',
    loan_amount: 120000,
    attributes: { shirt_size: 'M' },
    first_uploaded_at: new Date(Date.UTC(2026, 0, 1, 9)),
    first_upload: { upload: FIRST, line: 2 },
    updated_at: new Date(Date.UTC(2026, 0, 3, 9)),
    last_upload: { upload: LAST, line: 7 },
    upload_count: 3,
  })
})
afterAll(() => database.drop())

async function ask(text: string): Promise<string> {
  const input = { text, team: 'T1', channel: 'C1', user: 'U1', channels: new Set(['C1']), now: new Date() }
  const reply = await runCustomer(input, {
    models,
    catalogue: DEFAULT_CATALOGUE,
    defaultRegion: 'IN',
    timeZone: 'Asia/Kolkata',
    dateOrder: 'day_first',
  })
  expect(reply.visibility).toBe('asker')
  return renderPlain(reply)
}

describe('/customer', () => {
  it.each([
    '+917417119014',
    '917417119014',
    '07417119014',
    '+91 74171-19014',
    '(074171) 19014',
    '  7417119014  ',
    '<tel:+917417119014|+91 74171 19014>',
    '७४१७११९०१४',
  ])('finds the customer however the phone is written: %s', async (text) => {
    expect(await ask(text)).toContain('Kushal Sharma')
  })

  it('shows the fields, and where the customer came from', async () => {
    const answer = await ask('+917417119014')
    for (const part of [
      '+91 74171 19014',
      'Pune',
      '1,20,000.00',
      'shirt size',
      'day-1.csv',
      'day-3.csv',
      'asha',
      'ravi',
      '3 uploads',
    ])
      expect(answer).toContain(part)
  })

  it('says so when nobody uploaded the phone', async () => {
    const answer = await ask('98200 98200')
    expect(answer).toContain('+91 98200 98200')
    expect(answer).not.toContain('Kushal')
    expect(answer).toContain('/uploads recent')
  })

  it.each(['12', '98XXXXXX10', '9.17417E+11', '$where: 1'])(
    'says what is wrong with a text that is no phone: %s',
    async (text) => {
      const query = parsePhoneQuery(text, 'IN')
      const why = query.kind === 'invalid' ? query.reason : 'is a phone'
      const answer = await ask(text)
      // A name without a result gives another text.
      expect(answer).toContain(why)
      expect(answer.split('\n')).toHaveLength(1)
    },
  )

  it.each(['😀', '$', '{}'])('gives no reason of phones for a text without a digit: %s', async (text) => {
    expect(await ask(text)).toBe(`No customer was found for "${text}".`)
  })

  it.each(['', '   ', 'help'])('explains itself when there is nothing to look up: "%s"', async (text) => {
    expect(await ask(text)).toMatch(/\/customer history .*\/customer 07417119014 on .*\/customer forget /s)
  })
})
