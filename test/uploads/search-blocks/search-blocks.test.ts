import { mongo } from 'mongoose'
import { beforeEach, describe, expect, it } from 'vitest'
import type { FileUpload, SearchBlock } from '../../../models/index.ts'
import type { FieldValues, ReadRow } from '../../../src/customers/fields/customer.ts'
import { applyBatch } from '../../../src/uploads/apply/apply-batch.ts'
import { dropUnapplied } from '../../../src/uploads/apply/index.ts'
import { queueForget, requestForget } from '../../../src/uploads/forget/forget-request.ts'
import { findByParts, findSimilarNames } from '../../../src/uploads/queries/index.ts'
import { removeOldValues } from '../../../src/uploads/retention/index.ts'
import { rowId } from '../../../src/uploads/rows/index.ts'
import {
  filterBlocks,
  findRowIds,
  hasSharedWord,
  packBlocks,
  removeFromBlocks,
  storeBlocks,
} from '../../../src/uploads/search-blocks/index.ts'
import { readBlockWords } from '../../support/former-words.ts'
import { playImport, playUndo, runNext } from '../../support/play-uploads.ts'
import { openTestModels } from '../../support/test-models.ts'

const { models } = await openTestModels()
const [KUSHAL, LATA, OMKAR] = ['+917417119014', '+919820098200', '+919820055014']
const ASKER = { team: 'T1', channel: 'C1', user: 'UADMIN' }
const dayOf = (day: number) => new Date(Date.UTC(2026, 0, day, 9))

beforeEach(async () => {
  const { customers, uploadRows, fileUploads, nameWords, searchBlocks } = models
  for (const model of [customers, uploadRows, fileUploads, nameWords, searchBlocks])
    await model.collection.deleteMany({})
})

const found = async (parts: Partial<Parameters<typeof findByParts>[1]>) =>
  (await findByParts(models, { names: [], ...parts }, 12)).people.map(({ phone }) => phone)
const countBlocks = () => models.searchBlocks.collection.countDocuments()
const wordsOf = async ({ _id }: Pick<FileUpload, '_id'>) => (await readBlockWords(models))[String(_id)]

/** An upload that a run is applying. */
async function aRun(day = 1): Promise<FileUpload> {
  const upload: FileUpload = {
    _id: new mongo.ObjectId(),
    kind: 'import',
    number: day,
    status: 'running',
    source: { kind: 'cli', host: 'here', path: '/x.csv', user: 'asha' },
    file: { name: 'x.csv' },
    attempts: 1,
    lease: { lane: 'customers', token: 'mine', expires_at: new Date() },
    shared_at: dayOf(day),
    receipt: { due: false },
  }
  await models.fileUploads.collection.insertOne(upload)
  return upload
}

const rows = (...values: readonly (readonly [number, string, FieldValues])[]): ReadRow[] =>
  values.map(([line, phone, row]) => ({ kind: 'customer', line, phone, values: row }))

describe('the search blocks of an upload', () => {
  it('have the city, the state and the domain of new values, and the rows do not', async () => {
    const upload = await playImport(models, { sharedAt: dayOf(1) }, [
      { line: 2, phone: KUSHAL, values: { full_name: 'Kushal', city: 'Pune', email: 'k@example.com' } },
      { line: 3, phone: LATA, values: { city: 'Pune', state: 'Goa' } },
    ])
    const next = await playImport(models, { sharedAt: dayOf(2) }, [
      { line: 2, phone: KUSHAL, values: { city: 'Pune', email: 'k@example.org' } },
      { line: 3, phone: LATA, values: { city: 'Pune', state: 'Goa' } },
    ])

    expect(await wordsOf(upload)).toEqual({ 2: [':pune', '@example.com'], 3: [':goa', ':pune'] })
    expect(await wordsOf(next)).toEqual({ 2: ['@example.org'] })
    const stored = await models.uploadRows.collection.find({}).sort({ _id: 1 }).toArray()
    expect(stored.map(({ search }) => search)).toEqual([
      ['kushal', 'k@example.com', ';410'],
      [';002'],
      ['k@example.org'],
      undefined,
    ])
  })

  it('are stored before the rows, and are the same after the batch is repeated with other bounds', async () => {
    const upload = await aRun()
    const batch = rows(
      [2, KUSHAL, { city: 'Pune' }],
      [3, LATA, { city: 'Goa' }],
      [4, OMKAR, { city: 'Agra' }],
    )
    const all = { 2: [':pune'], 3: [':goa'], 4: [':agra'] }
    await applyBatch(models, upload, batch)

    // A run that died after the customers: the repeated plan changes nothing.
    for (const starts of [[0], [0, 1], [0, 2], [0, 1, 2], [0]]) {
      for (const [at, start] of starts.entries())
        await applyBatch(models, upload, batch.slice(start, starts[at + 1]))
      expect(await wordsOf(upload)).toEqual(all)
    }
    expect(await found({ place: 'goa' })).toEqual([LATA])
  })

  it('have what later files keep from being new, which an undo of them restores', async () => {
    const later = await playImport(models, { sharedAt: dayOf(2) }, [
      { line: 2, phone: KUSHAL, values: { full_name: 'Kushal Sharma', city: 'Pune' } },
    ])
    const late = await playImport(models, { sharedAt: dayOf(1) }, [
      { line: 2, phone: KUSHAL, values: { full_name: 'Kushal Varma', city: 'Solapur' } },
    ])
    expect(await wordsOf(late)).toEqual({ 2: [':solapur'] })

    await playUndo(models, later.number)

    expect(await found({ names: ['varma'], place: 'solapur' })).toEqual([KUSHAL])
    const similar = await findSimilarNames(models, { names: ['vrama'], place: 'solpaur' }, 12)
    expect(similar?.people).toMatchObject([{ phone: KUSHAL }])
  })

  it('keep the words of a run that died between the blocks and the rows', async () => {
    const upload = await aRun()
    const batch = rows([2, KUSHAL, { city: 'Pune' }], [3, LATA, { city: 'Goa' }])
    const [one] = packBlocks(upload, 2, [{ line: 3, words: [':goa'] }])
    await models.searchBlocks.collection.insertOne(one as SearchBlock)

    await applyBatch(models, upload, batch)

    expect(await wordsOf(upload)).toEqual({ 2: [':pune'], 3: [':goa'] })
  })

  it('lose the lines of rows that an ended upload never applied, with and without a row', async () => {
    const upload = await aRun()
    await applyBatch(models, upload, rows([2, KUSHAL, { city: 'Pune' }]))
    await applyBatch(models, upload, rows([3, LATA, { city: 'Goa' }]))
    await models.customers.collection.deleteOne({ primary_phone: LATA })
    await storeBlocks(models, packBlocks(upload, 4, [{ line: 4, words: [':agra'] }]))
    await models.nameWords.collection.updateMany({}, { $set: { seen_at: dayOf(1) } })

    await dropUnapplied(models, upload)
    await dropUnapplied(models, upload)

    expect(await wordsOf(upload)).toEqual({ 2: [':pune'] })
    expect(await countBlocks()).toBe(1)
    expect((await models.nameWords.collection.distinct('_id', {})).map(String)).toEqual([':pune'])
  })

  it('lose the lines before a checkpoint in no case', async () => {
    const upload = await aRun()
    await applyBatch(models, upload, rows([2, KUSHAL, { city: 'Pune' }], [3, LATA, { city: 'Goa' }]))
    const checkpoint = { line: 2, counts: {} as never }
    await models.uploadRows.collection.deleteMany({})

    await dropUnapplied(models, { ...upload, checkpoint })

    expect(await wordsOf(upload)).toEqual({ 2: [':pune'] })
  })
})

describe('a forgotten person', () => {
  async function forget(phone: string): Promise<void> {
    const token = await requestForget(models, phone, ASKER)
    await queueForget(models, token, { ...ASKER, now: new Date() })
    await runNext(models)
  }

  it('is in no block any more, and other people of the city are found', async () => {
    const upload = await playImport(models, { sharedAt: dayOf(1) }, [
      { line: 2, phone: KUSHAL, values: { city: 'Pune', email: 'k@example.com' } },
      { line: 3, phone: LATA, values: { city: 'Pune' } },
    ])
    const alone = await playImport(models, { sharedAt: dayOf(2) }, [
      { line: 2, phone: KUSHAL, values: { city: 'Solapur' } },
    ])
    // Left by a run with other batch bounds.
    await storeBlocks(models, packBlocks(upload, 1, [{ line: 2, words: [':pune', ':satara'] }]))

    await forget(KUSHAL)

    expect(await wordsOf(upload)).toEqual({ 3: [':pune'] })
    expect(await wordsOf(alone)).toBeUndefined()
    expect(await countBlocks()).toBe(1)
    expect(await found({ place: 'pune' })).toEqual([LATA])
    expect(await found({ place: 'solapur' })).toEqual([])
    expect((await models.nameWords.collection.distinct('_id', {})).map(String)).toEqual([':pune'])
  })

  it('is also in no block of a row that came to them by a second phone', async () => {
    const matchesOtherPhones = true
    await playImport(models, { sharedAt: dayOf(1), matchesOtherPhones }, [
      { line: 2, phone: KUSHAL, values: { full_name: 'Kushal', other_phones: [LATA] } },
    ])
    await playImport(models, { sharedAt: dayOf(2), matchesOtherPhones }, [
      { line: 2, phone: LATA, values: { city: 'Solapur' } },
    ])
    expect(await found({ place: 'solapur' })).toEqual([KUSHAL])

    await forget(KUSHAL)

    expect(await countBlocks()).toBe(0)
  })
})

describe('the retention policy', () => {
  const strip = () =>
    removeOldValues(
      { models, days: 30, log: { info() {} }, deleteFile: async () => true, batchSize: 2 },
      dayOf(50),
    )

  it('keeps the words that customers have now, and removes the others', async () => {
    const old = await playImport(models, { sharedAt: dayOf(1) }, [
      { line: 2, phone: KUSHAL, values: { city: 'Pune', email: 'k@example.com' } },
      { line: 3, phone: LATA, values: { city: 'Pune' } },
      { line: 4, phone: OMKAR, values: { city: 'Goa' } },
    ])
    const young = await playImport(models, { sharedAt: dayOf(40) }, [
      { line: 2, phone: KUSHAL, values: { city: 'Agra' } },
      { line: 3, phone: OMKAR, values: { city: 'Agra' } },
    ])
    await models.nameWords.collection.updateMany({}, { $set: { seen_at: dayOf(1) } })

    await strip()

    expect(await wordsOf(old)).toEqual({ 2: ['@example.com'], 3: [':pune'] })
    expect(await wordsOf(young)).toEqual({ 2: [':agra'], 3: [':agra'] })
    expect(await found({ place: 'pune' })).toEqual([LATA])
    expect(await found({ place: 'goa' })).toEqual([])
    expect((await models.nameWords.collection.distinct('_id', {})).map(String).sort()).toEqual([
      ':agra',
      ':pune',
    ])
  })

  it('leaves nobody unfindable whose old city and name an undo restores', async () => {
    await playImport(models, { sharedAt: dayOf(1) }, [
      { line: 2, phone: KUSHAL, values: { full_name: 'Kushal Varma', city: 'Solapur' } },
    ])
    const young = await playImport(models, { sharedAt: dayOf(40) }, [
      { line: 2, phone: KUSHAL, values: { full_name: 'Kushal Sharma', city: 'Agra' } },
    ])
    await models.nameWords.collection.updateMany({}, { $set: { seen_at: dayOf(1) } })
    await strip()
    expect(await found({ place: 'solapur' })).toEqual([])

    const undo = await playUndo(models, young.number)

    expect(await found({ place: 'solapur' })).toEqual([KUSHAL])
    expect(await found({ names: ['varma'] })).toEqual([KUSHAL])
    expect(await found({ names: ['varma'], place: 'solapur' })).toEqual([KUSHAL])
    expect(await wordsOf(undo)).toEqual({ 2: [':solapur'] })
    expect((await models.nameWords.collection.distinct('_id', {})).map(String)).toContain(':solapur')
  })
})

describe('blocks', () => {
  const upload = { _id: new mongo.ObjectId(), number: 3, shared_at: dayOf(3) }

  it('give the ids of rows by a word and by its beginning, up to a maximum', async () => {
    for (let first = 2; first < 2_600; first += 250)
      await storeBlocks(
        models,
        packBlocks(
          upload,
          first,
          Array.from({ length: 250 }, (_, at) => ({
            line: first + at,
            words: at === 7 ? [':pune', ':panjim'] : [':pune'],
          })),
        ),
      )

    const all = await findRowIds(models, ':pune', 5_000)
    expect(all.isWhole).toBe(true)
    expect(new Set(all.ids.map(String)).size).toBe(2_750)
    expect(all.ids.map(String)).toContain(String(rowId(upload, 2_345)))
    expect(await findRowIds(models, ':pune', 300)).toMatchObject({ isWhole: false, ids: { length: 300 } })
    expect((await findRowIds(models, ':panjim', 300)).ids).toHaveLength(11)
    expect((await findRowIds(models, /^:p/, 5_000)).ids).toHaveLength(2_750)
    expect((await findRowIds(models, /^:pan/, 5_000)).ids).toHaveLength(11)
    expect(await findRowIds(models, ':goa', 5_000)).toEqual({ ids: [], isWhole: true })
    expect(await hasSharedWord(models, /^:pun/)).toBe(true)
    expect(await hasSharedWord(models, ':pun')).toBe(false)
  })

  it('lose no line where two processes change one at the same time', async () => {
    const lines = Array.from({ length: 40 }, (_, at) => at + 2)
    await storeBlocks(
      models,
      packBlocks(
        upload,
        2,
        lines.map((line) => ({ line, words: [':pune'] })),
      ),
    )

    await Promise.all([
      removeFromBlocks(
        models,
        [10, 11, 12].map((line) => rowId(upload, line)),
      ),
      filterBlocks(models, upload, { first: 20, last: 30 }, (line) => line !== 25),
      storeBlocks(models, packBlocks(upload, 2, [{ line: 45, words: [':goa'] }])),
    ])

    const left = (await wordsOf(upload)) ?? {}
    expect(Object.keys(left).map(Number)).toEqual([
      ...lines.filter((line) => ![10, 11, 12, 25].includes(line)),
      45,
    ])
  })
})
