import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeHeld, describeReceipt } from '../../../commands/receipts/index.ts'
import type { Customer, UploadRow } from '../../../models/index.ts'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/field-catalogue.ts'
import { withTemporaryFile } from '../../../src/private-files/with-temporary-file.ts'
import { exportCustomers } from '../../../src/uploads/filters/index.ts'
import { findCustomerIds, findPhone } from '../../../src/uploads/history/index.ts'
import { findButton, openSharedLists, plain, type SharedLists } from '../support/shared-lists.ts'

const HEADER = 'Name,Phone,Alternate Number,City'
const ASHA = '+919820000201'
const ASHA_HOME = '+919820000209'

const customersOf = async ({ models }: SharedLists) =>
  await models.customers.collection.find<Customer>({}).sort({ primary_phone: 1 }).toArray()

const receiptOf = async ({ models }: SharedLists, upload: Parameters<typeof describeReceipt>[0]) => {
  const problems = await models.uploadRows.collection
    .find<UploadRow>({ upload: upload._id, outcome: 'invalid' })
    .toArray()
  return plain(describeReceipt(upload, problems, DEFAULT_CATALOGUE))
}

describe("a list whose phone is somebody's second phone", () => {
  let lists: SharedLists
  beforeAll(async () => {
    lists = await openSharedLists({ guard: { percent: 60, minimum: 5, holdsSameFile: true } })
  }, 120_000)
  afterAll(() => lists.close())

  it('says so in the receipt with both records, and the row is a customer of its own', async () => {
    await lists.share('UASHA', '2026-01-10T09:00:00', [HEADER, 'Asha Rao,9820000201,9820000209,Pune'])
    const upload = await lists.share('UASHA', '2026-01-11T09:00:00', [HEADER, 'Kiran Rao,9820000209,,Goa'])

    expect(await receiptOf(lists, upload)).toContain(
      '1 row has a phone that is a second phone of another customer.',
    )
    expect(await receiptOf(lists, upload)).toContain(
      'Line 2: Kiran Rao (+91 98200 00209) is a second phone of Asha Rao (+91 98200 00201)',
    )
    expect(upload.matched_phones).toBeUndefined()
    expect((await customersOf(lists)).map(({ full_name }) => full_name)).toEqual(['Asha Rao', 'Kiran Rao'])
    expect(plain(await lists.ask(`/uploads show ${upload.number}`))).toContain(
      'is a second phone of Asha Rao',
    )
  })

  it('says so in a preview, before anything is written', async () => {
    const held = await lists.share('UASHA', '2026-01-12T09:00:00', [HEADER, 'Kiran Rao,9820000209,,Goa'])

    expect(held.status).toBe('held')
    const text = plain(describeHeld(held, DEFAULT_CATALOGUE))
    expect(text).toContain(
      'Line 2: Kiran Rao (+91 98200 00209) is a second phone of Asha Rao (+91 98200 00201)',
    )
    await lists.press(describeHeld(held, DEFAULT_CATALOGUE), 'Discard')
  })

  it('says so also where the other record comes further down in the same file', async () => {
    const upload = await lists.share('UASHA', '2026-01-13T09:00:00', [
      HEADER,
      'Nisha Shah,9820000221,,Pune',
      'Rohan Shah,9820000222,9820000221,Pune',
    ])

    expect(upload.second_phones).toEqual({
      rows: 1,
      examples: [
        {
          line: 2,
          phone: '+919820000221',
          name: 'Nisha Shah',
          others: [{ phone: '+919820000222', name: 'Rohan Shah' }],
        },
      ],
    })
  })

  it('lists the first ten and sends all of them in a file', async () => {
    const holders = Array.from(
      { length: 12 },
      (_, at) => `Parent ${at},98200004${10 + at},98200005${10 + at},X`,
    )
    await lists.share('UASHA', '2026-01-14T09:00:00', [HEADER, ...holders])
    const children = Array.from({ length: 12 }, (_, at) => `Child ${at},98200005${10 + at},,X`)
    const upload = await lists.share('UASHA', '2026-01-14T10:00:00', [HEADER, ...children])
    let csv = ''
    lists.deps = {
      ...lists.deps,
      sendPrivateFile: async (_, { path }) => {
        csv = await readFile(path, 'utf8')
        return {}
      },
    }
    const shown = await lists.ask(`/uploads show ${upload.number}`)

    expect(upload.second_phones?.rows).toBe(12)
    expect(upload.second_phones?.examples).toHaveLength(10)
    expect(plain(shown)).toContain('… and 2 more rows.')
    expect(findButton(shown, 'Send me the second phones').value).toBe(String(upload.number))
    await lists.press(shown, 'Send me the second phones')
    expect(csv.trim().split('\n')).toHaveLength(13)
    expect(csv).toContain("13,'+919820000521,Child 11,a customer of its own,'+919820000421,Parent 11")
  })
})

describe('MATCH_OTHER_PHONES', () => {
  let lists: SharedLists
  beforeAll(async () => {
    lists = await openSharedLists({ matchOtherPhones: true })
  }, 120_000)
  afterAll(() => lists.close())

  it('sends a row to the one customer who has its phone as a second one, and says to whom', async () => {
    await lists.share('UASHA', '2026-01-10T09:00:00', [
      HEADER,
      'Asha Rao,9820000201,9820000209,Pune',
      'Ravi Das,9820000202,9820000300,Pune',
      'Meera Das,9820000203,9820000300,Pune',
    ])
    const upload = await lists.share('URAVI', '2026-01-11T09:00:00', [HEADER, 'Asha R Rao,9820000209,,Goa'])

    const [asha] = await customersOf(lists)
    expect(asha).toMatchObject({
      primary_phone: ASHA,
      full_name: 'Asha R Rao',
      city: 'Goa',
      other_phones: [ASHA_HOME],
      upload_count: 2,
    })
    expect(upload.counts).toMatchObject({ rows: 1, updated: 1 })
    expect(upload.matched_phones).toMatchObject({ rows: 1 })
    expect(await receiptOf(lists, upload)).toContain(
      'Line 2: Asha R Rao (+91 98200 00209) belongs to Asha R Rao (+91 98200 00201)',
    )
    const row = await lists.models.uploadRows.collection.findOne<UploadRow>({ upload: upload._id })
    expect(row).toMatchObject({ phone: ASHA_HOME, customer_phone: ASHA, customer: asha?._id })
  })

  it('makes a row invalid whose phone several have as a second one, with their names and its cells', async () => {
    const upload = await lists.share('UASHA', '2026-01-12T09:00:00', [
      HEADER,
      'Who Knows,9820000300,,Agra',
      'Imran Q,9820000204,,Agra',
    ])

    expect(upload.counts).toMatchObject({ rows: 2, created: 1, invalid: 1 })
    const row = await lists.models.uploadRows.collection.findOne<UploadRow>({ outcome: 'invalid' })
    expect(row?.problem).toEqual({
      column: 'Phone',
      code: 'phone_of_several',
      message: 'This phone is a second phone of Ravi Das (+919820000202) and Meera Das (+919820000203).',
    })
    expect(row?.cells).toEqual(['Who Knows', '9820000300', '', 'Agra'])
    expect(row?.phone).toBeUndefined()
  })

  it('keeps the phone of such a row among the others it names, and the own phone of the customer out of them', async () => {
    await lists.share('UASHA', '2026-01-13T09:00:00', [HEADER, ',9820000209,9820000201,'])
    expect((await customersOf(lists))[0]?.other_phones).toEqual([ASHA_HOME])

    await lists.share('UASHA', '2026-01-14T09:00:00', [HEADER, ',9820000209,9820000208,'])
    expect((await customersOf(lists))[0]?.other_phones).toEqual(['+919820000208', ASHA_HOME])
  })

  it('goes by the customer in look-up, history, audit, export and comparison', async () => {
    const { models } = lists
    expect(plain(await lists.ask('/customer 9820000209'))).toContain('Asha R Rao')
    expect(plain(await lists.ask(`/customer history ${ASHA}`))).toContain('#2')
    const [asha] = await customersOf(lists)
    expect(await findPhone(models, String(asha?._id))).toBe(ASHA)
    expect(await findCustomerIds(models, [ASHA])).toEqual([String(asha?._id)])
    expect(await findCustomerIds(models, [ASHA_HOME])).toEqual([])
    const since = new Date('2026-01-01')
    const exported = await withTemporaryFile(async (path) => {
      await exportCustomers(models, path, { catalogue: DEFAULT_CATALOGUE, since, format: 'csv' })
      return await readFile(path, 'utf8')
    })
    expect(exported).toContain(ASHA)
    expect(plain(await lists.ask('/uploads compare 2 1'))).toContain('Asha R Rao')
    expect(plain(await lists.ask('/uploads compare 2 1'))).not.toMatch(/1 new/i)
  })

  it('gives back with an undo what the row changed, and leaves the phone where a row that counts came by it', async () => {
    await lists.undo('UASHA', '2026-01-15T09:00:00', 1)
    const [asha] = await customersOf(lists)
    expect(asha).toMatchObject({ primary_phone: ASHA, full_name: 'Asha R Rao', city: 'Goa' })

    await lists.undo('URAVI', '2026-01-15T10:00:00', 2)
    expect((await customersOf(lists))[0]).not.toHaveProperty('city')
  })
})
