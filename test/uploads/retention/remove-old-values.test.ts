import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ACTIONS } from '../../../commands/actions/actions.ts'
import { runCustomer } from '../../../commands/customer/customer.ts'
import { renderPlain } from '../../../commands/plain/render-plain.ts'
import { describeReceipt } from '../../../commands/receipts/receipt-reply.ts'
import { describeRefusal } from '../../../commands/receipts/undo-reply.ts'
import type { CommandDeps } from '../../../commands/reply/command.ts'
import { OPEN_PAGE, pageValue } from '../../../commands/reply/page-button.ts'
import { runUploads } from '../../../commands/uploads/uploads.ts'
import {
  createModels,
  ensureIndexes,
  type FileUpload,
  type Models,
  type UploadRow,
} from '../../../models/index.ts'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/field-catalogue.ts'
import { findChangedSince } from '../../../src/uploads/filters/find-changed-customers.ts'
import { forecastSwitch, queueSwitch } from '../../../src/uploads/record-kinds/switch-request.ts'
import { removeOldValues } from '../../../src/uploads/retention/remove-old-values.ts'
import { rowId } from '../../../src/uploads/rows/row-id.ts'
import { checkUndoable, queueUndo } from '../../../src/uploads/undo/undo-request.ts'
import { type PlayedRow, playImport, playUndo } from '../../support/play-uploads.ts'
import { openTestDatabase, type TestDatabase } from '../../support/test-database.ts'

const PHONE = '+917417119014'
const day = (n: number) => new Date(Date.UTC(2026, 0, n, 6))
/** Files of the first nine days are old. */
const NOW = day(40)
const DAYS = 30

let database: TestDatabase
let models: Models
let deps: CommandDeps
let deleted: string[]

beforeEach(async () => {
  database = await openTestDatabase()
  models = createModels(database.connection)
  await ensureIndexes(models)
  deps = {
    models,
    catalogue: DEFAULT_CATALOGUE,
    defaultRegion: 'IN',
    timeZone: 'UTC',
    dateOrder: 'day_first',
  }
  deleted = []
})
afterEach(() => database.drop())

const share = (n: number, values: PlayedRow['values'], phone = PHONE) =>
  playImport(models, { sharedAt: day(n) }, [{ line: 2, phone, values }])

const remove = (options = {}) =>
  removeOldValues(
    {
      models,
      days: DAYS,
      log: { info() {} },
      deleteFile: async (id) => {
        deleted.push(id)
        return true
      },
      ...options,
    },
    NOW,
  )

async function ask(run: typeof runUploads, text: string): Promise<string> {
  const reply = await run(
    { text, team: 'T1', channel: 'C1', user: 'U1', channels: new Set(['C1']), now: NOW },
    deps,
  )
  return renderPlain(reply, { timeZone: 'UTC' })
}

const rowsOf = (upload: FileUpload) =>
  models.uploadRows.collection.find<UploadRow>({ upload: upload._id }).sort({ line: 1 }).toArray()
const read = (upload: FileUpload) => models.fileUploads.collection.findOne<FileUpload>({ _id: upload._id })
const findCustomer = () => models.customers.collection.findOne({ primary_phone: PHONE })

describe('removing old values', () => {
  it('takes the values out of old rows, and leaves who changed which field, when and where', async () => {
    const old = await share(1, { full_name: 'Kushal Sharma', city: 'Pune', 'attributes.size': 'XL' })
    const young = await share(20, { city: 'Thane' })
    const before = { customer: await findCustomer(), young: await rowsOf(young) }

    expect(await remove()).toEqual({ files: 1, rows: 1 })

    const [row] = await rowsOf(old)
    expect(row).toMatchObject({
      outcome: 'created',
      line: 2,
      phone: PHONE,
      shared_at: day(1),
      without_values: {
        changed: ['full_name', 'city', 'attributes.size'],
        said: ['full_name', 'city', 'attributes.size'],
      },
    })
    expect(JSON.stringify({ ...row, search: undefined })).not.toMatch(/Kushal|Pune|XL/)
    expect(await findCustomer()).toEqual(before.customer)
    expect(await rowsOf(young)).toEqual(before.young)
    expect((await read(old))?.counts).toEqual(old.counts)
    expect(await remove()).toEqual({ files: 0, rows: 0 })
  })

  it('takes what a rule kept out of old rows, and the cells kept for correcting columns', async () => {
    await share(1, { city: 'Pune' })
    const old = await playImport(
      models,
      { sharedAt: day(2), rules: [{ path: 'city', rule: 'fill_blanks' }] },
      [{ line: 2, phone: PHONE, values: { city: 'Thane' } }],
    )
    expect((await rowsOf(old))[0]).toMatchObject({ found: { city: 'Pune' } })
    await models.fileUploads.collection.updateOne(
      { _id: old._id },
      { $set: { 'file.sample': [{ index: 0, cells: [{ line: 2, text: 'Thane' }] }] } },
    )

    await remove()

    expect((await rowsOf(old))[0]).not.toHaveProperty('found')
    expect((await read(old))?.file.sample).toEqual([])
    expect(await findCustomer()).toMatchObject({ city: 'Pune' })
  })

  it('keeps the words of a row that went to its customer by a second phone', async () => {
    const [second, matchesOtherPhones] = ['+919820098200', true]
    await playImport(models, { sharedAt: day(1), matchesOtherPhones }, [
      { line: 2, phone: PHONE, values: { full_name: 'Kushal', other_phones: [second] } },
    ])
    const matched = await playImport(models, { sharedAt: day(2), matchesOtherPhones }, [
      { line: 2, phone: second, values: { email: 'k@example.com' } },
    ])

    await remove()

    expect(await rowsOf(matched)).toMatchObject([
      {
        phone: second,
        customer_phone: PHONE,
        search: ['k@example.com'],
        without_values: { said: ['email'] },
      },
    ])
  })

  it('has a receipt edited that names customers, and leaves others as they were posted', async () => {
    const example = { line: 2, phone: PHONE, name: 'Kushal', others: [{ phone: '+919820098200' }] }
    const [named, other] = [await share(1, { city: 'Pune' }), await share(2, { city: 'Pune' })]
    const { collection } = models.fileUploads
    await collection.updateMany({}, { $set: { 'receipt.posted_at': day(3) } })
    await collection.updateOne(
      { _id: named._id },
      { $set: { second_phones: { rows: 1, examples: [example] } } },
    )

    await remove()

    expect(await read(named)).toMatchObject({
      receipt: { due: true },
      second_phones: { rows: 1, examples: [] },
    })
    expect(await read(other)).toMatchObject({ receipt: { due: false } })
  })

  it('keeps words people are found by now, and drops those of an earlier name', async () => {
    const old = await share(1, { full_name: 'Kushal Varma', email: 'k@example.com' })
    await share(20, { full_name: 'Kushal Sharma' })

    await remove()

    expect((await rowsOf(old))[0]?.search).toEqual(['kushal', 'k@example.com', ';410'])
    expect(await ask(runCustomer, 'kushal')).toContain('Kushal Sharma')
  })

  it('keeps the words of last digits that an earlier version wrote', async () => {
    const old = await share(1, { full_name: 'Kushal Sharma', other_phones: ['+919820000101'] })
    const words = ['kushal', ';41091', '+919820000101', ';10100', ';99999']
    await models.uploadRows.collection.updateMany({ upload: old._id }, { $set: { search: words } })

    await remove()

    expect((await rowsOf(old))[0]?.search).toEqual(words.slice(0, -1))
    expect(await ask(runCustomer, '19014')).toContain('Kushal Sharma')
  })

  it('takes the first line of a file that was discarded before anybody said whether it is a header', async () => {
    const old = await share(1, { city: 'Pune' })
    await models.fileUploads.collection.updateOne(
      { _id: old._id },
      {
        $set: { status: 'failed', 'file.header': ['Kushal', 'Goa', '9820098200'] },
        $unset: { 'file.mapping': '', counts: '' },
      },
    )

    await remove()

    expect((await read(old))?.file.header).toEqual(['', '', ''])
  })

  it('takes what rows that could not be used held, and what their problem quoted', async () => {
    const old = await share(1, { city: 'Pune' })
    await models.uploadRows.collection.insertOne({
      _id: rowId(old, 3),
      upload: old._id,
      line: 3,
      outcome: 'invalid',
      cells: ['Kushal', '9.17E+11'],
      problem: { column: 'Phone', code: 'excel_damaged', message: '"9.17E+11" has lost digits.' },
      shared_at: day(1),
    } as never)
    await models.fileUploads.collection.updateOne(
      { _id: old._id },
      {
        $set: {
          'counts.invalid': 1,
          failed_rows: { file_id: 'F77', message: '1.1' },
          changed_fields: [
            {
              path: 'city',
              changed: 1,
              added: 0,
              cleared: 0,
              examples: [{ line: 2, from: 'Pune', to: 'X' }],
            },
          ],
        },
      },
    )
    await models.sentFiles.collection.insertMany([
      { _id: 'F78', user: 'U1', sent_at: day(2) },
      { _id: 'F79', user: 'U1', sent_at: day(39) },
    ] as never[])

    await remove()

    expect((await rowsOf(old))[1]).toMatchObject({
      problem: { column: 'Phone', code: 'excel_damaged', message: 'The cell is no longer kept.' },
    })
    const stored = JSON.stringify([await rowsOf(old), await read(old)])
    expect(stored).not.toMatch(/Kushal|9\.17E|Pune/)
    expect((await read(old))?.changed_fields).toMatchObject([{ path: 'city', changed: 1, examples: [] }])
    expect(deleted.sort()).toEqual(['F77', 'F78'])
  })

  it('counts by field what a file changed before its values go', async () => {
    await share(1, { city: 'Pune' })
    const second = await share(2, { city: 'Thane' })

    await remove()

    expect((await read(second))?.changed_fields).toMatchObject([{ path: 'city', changed: 1, examples: [] }])
  })

  it('leaves the customers it changed in a list of what changed since', async () => {
    await share(1, { city: 'Pune' })
    await share(1, { city: 'Goa' }, '+919820098200')
    const second = await share(2, { city: 'Thane' })
    await remove()
    const uploads = models.fileUploads.collection
    await uploads.updateMany({ number: { $lt: second.number } }, { $set: { finished_at: day(1) } })
    await uploads.updateOne({ number: second.number }, { $set: { finished_at: day(2) } })

    const found: string[] = []
    for await (const phones of findChangedSince(models, day(2))) found.push(...phones)

    expect(found).toEqual([PHONE])
  })

  it('goes on where it broke off, and is done by one process at a time', async () => {
    const rows = Array.from({ length: 25 }, (_, n) => ({
      line: n + 2,
      phone: `+9174171190${10 + n}`,
      values: { city: 'Pune' },
    }))
    const old = await playImport(models, { sharedAt: day(1) }, rows)
    const stop = new AbortController()
    const first = remove({ batchSize: 10, signal: stop.signal })
    stop.abort()
    await first
    const [one, two] = await Promise.all([remove({ batchSize: 10 }), remove({ batchSize: 10 })])

    expect(one.files + two.files).toBe(1)
    expect((await rowsOf(old)).every(({ values, without_values }) => !values && without_values)).toBe(true)
    expect((await read(old))?.retention).toMatchObject({ line: 26, done_at: expect.any(Date) })
  })

  it('takes over from a process that died in the middle of a file', async () => {
    const old = await share(1, { city: 'Pune' })
    await models.fileUploads.collection.updateOne(
      { _id: old._id },
      { $set: { retention: { began_at: day(39), line: 0, claim: { token: 'dead', expires_at: day(39) } } } },
    )

    expect(await remove()).toEqual({ files: 1, rows: 1 })
  })
})

describe('what is told afterwards', () => {
  it('names the fields a file changed, and says that what they were is no longer kept', async () => {
    await share(1, { full_name: 'Kushal Sharma', city: 'Pune' })
    await share(20, { city: 'Thane' })
    await remove()

    const history = await ask(runCustomer, `history ${PHONE}`)

    expect(history).toContain('2 changes')
    expect(history).toMatch(/City: Pune → Thane/)
    expect(history).toMatch(/1\.csv.*created/)
    expect(history).toMatch(/Name, City: /)
  })

  it('still tells where each value of a customer came from', async () => {
    await share(1, { full_name: 'Kushal Sharma', city: 'Pune' })
    await share(20, { city: 'Thane' })
    await remove()

    const id = String((await findCustomer())?._id)
    const open = ACTIONS.find(({ name }) => name === OPEN_PAGE)
    const viewer = { team: 'T1', channel: 'C1', user: 'U1', channels: new Set(['C1']), now: NOW }
    const reply = await open?.run({ value: pageValue('sources', id), ...viewer }, deps)
    const sources = reply ? renderPlain(reply, { timeZone: 'UTC' }) : ''

    expect(sources).toMatch(/Kushal Sharma.*1\.csv \(#1\), line 2/)
    expect(sources).toMatch(/Thane.*2\.csv \(#2\), line 2/)
  })

  it('knows of a day in the past what a later file found or nothing changed since, and names what it does not know', async () => {
    await share(1, { full_name: 'Kushal Sharma', city: 'Pune', state: 'Goa' })
    await share(2, { state: 'Kerala' })
    await share(20, { city: 'Thane' })
    await remove()

    const then = await ask(runCustomer, `${PHONE} on 2026-01-01`)

    expect(then).toContain('Kushal Sharma')
    expect(then).toMatch(/City.*Pune/)
    expect(then).not.toMatch(/Goa|Kerala/)
    expect(then).toMatch(/^\S.*: State\.$/m)
  })

  it('compares lists by who is in them, and says that values cannot be compared', async () => {
    await share(1, { city: 'Pune' })
    await playImport(models, { sharedAt: day(20) }, [
      { line: 2, phone: PHONE, values: { city: 'Thane' } },
      { line: 3, phone: '+919820012345', values: { city: 'Delhi' } },
    ])
    await remove()

    const compared = await ask(runUploads, 'compare 2 1')

    expect(compared).toMatch(/New, only in #2.*1/)
    expect(compared).toMatch(/In both\s+1/)
    expect(compared).not.toContain('→')
    expect(compared).toMatch(/^[^#\n]*#1\.?[^#\n]*$/m)
  })
})

describe('a switch of what a record is', () => {
  it('is refused once values were removed, and goes first where it was asked for before', async () => {
    await share(1, { city: 'Pune' })
    const wants = { user: 'U1', name: 'as written', now: NOW }
    const look = () => forecastSwitch(models, 'as_written', () => {}, new AbortController().signal)
    const upload = await queueSwitch(models, 'as_written', wants)

    expect(await remove()).toEqual({ files: 0, rows: 0 })
    await models.fileUploads.collection.deleteOne({ _id: upload._id })
    await remove()

    await expect(look()).rejects.toMatchObject({ code: 'switch_needs_values' })
  })
})

describe('undo, where values were removed', () => {
  it('is refused for the file itself with a sentence, and not offered under its receipt', async () => {
    await share(1, { city: 'Pune' })
    await models.fileUploads.collection.updateOne({ number: 1 }, { $set: { finished_at: day(1) } })
    await remove()

    const refused = await checkUndoable(models, 1, { user: 'U1', admins: new Set() })
    if (refused.kind !== 'values_removed') throw new Error(refused.kind)
    expect(await ask(runUploads, 'undo 1')).toBe(renderPlain(describeRefusal(refused, 1)))
    const notes = describeReceipt(refused.upload, [], DEFAULT_CATALOGUE).parts.flatMap((part) =>
      part.kind === 'note' ? [String(part.text)] : [],
    )
    expect(notes).toHaveLength(1)
    expect(await ask(runUploads, 'show 1')).toContain(notes[0])
  })

  it('that was asked for before goes first; the values go at the next turn', async () => {
    const old = await share(1, { city: 'Pune' })
    const second = await share(2, { city: 'Thane' })
    const asker = { user: 'U1', team: 'T1', channel: 'C1', admins: new Set<string>(), now: NOW }
    await queueUndo(models, 2, asker)

    expect(await remove()).toEqual({ files: 1, rows: 1 })
    expect((await read(old))?.retention?.done_at).toBeDefined()
    expect(await rowsOf(second)).toMatchObject([{ values: { city: 'Thane' } }])
  })

  it('of a younger file gives back what an old one had left, also through the whole story', async () => {
    await share(1, { full_name: 'Kushal', city: 'Pune' })
    await share(20, { city: 'Thane' })
    await share(21, { full_name: 'Kushal Sharma' })
    await share(22, { city: 'Nashik' })
    await remove()

    await playUndo(models, 4)
    await playUndo(models, 2)

    expect(await findCustomer()).toMatchObject({ city: 'Pune', full_name: 'Kushal Sharma' })
  })

  it('does not give back what nobody knows any more', async () => {
    // The second old file was undone; no recent row has the first one's value.
    await share(1, { city: 'Pune' })
    await share(2, { city: 'Thane' })
    await share(20, { city: 'Nashik' })
    await playUndo(models, 2)
    await models.fileUploads.collection.updateOne({ number: 4 }, { $set: { shared_at: day(3) } })
    await remove()

    const undo = await playUndo(models, 3)

    expect(await findCustomer()).toMatchObject({ city: 'Nashik' })
    expect(undo.undo_kept).toMatchObject([{ fields: ['city'], why: 'values_removed' }])
  })
})
