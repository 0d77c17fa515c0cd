import { beforeEach, describe, expect, it } from 'vitest'
import { findByParts, findSimilarNames } from '../../../src/uploads/queries/index.ts'
import { formerEndingWord } from '../../../src/uploads/rows/index.ts'
import { moveWordsToRows } from '../../support/former-words.ts'
import { playImport } from '../../support/play-uploads.ts'
import { openTestModels } from '../../support/test-models.ts'

const { models } = await openTestModels()
const [KUSHAL, LATA, SHOP] = ['+917417119014', '+919820098200', '+912025671234']
const DAY = new Date('2026-01-01')

beforeEach(async () => {
  const { customers, uploadRows, fileUploads, nameWords, searchBlocks } = models
  for (const model of [customers, uploadRows, fileUploads, nameWords, searchBlocks])
    await model.collection.deleteMany({})
})

const search = async (parts: Partial<Parameters<typeof findByParts>[1]>, limit = 12) =>
  await findByParts(models, { names: [], ...parts }, limit)
const found = async (parts: Partial<Parameters<typeof findByParts>[1]>) =>
  (await search(parts)).people.map(({ phone }) => phone)

/** Writes the words of endings as versions before this one did. */
async function writeFormerEndings(): Promise<void> {
  const rows = await models.uploadRows.collection.find({ search: /^;/ }).toArray()
  for (const { _id, phone, search: words } of rows) {
    const phones = [String(phone), ...(words as string[]).filter((word) => word.startsWith('+'))]
    const others = (words as string[]).filter((word) => !word.startsWith(';'))
    await models.uploadRows.collection.updateOne(
      { _id },
      { $set: { search: [...others, ...phones.map(formerEndingWord)] } },
    )
  }
}

describe('the last digits of a phone', () => {
  beforeEach(async () => {
    await playImport(models, { sharedAt: DAY }, [
      { line: 2, phone: KUSHAL, values: { full_name: 'Kushal Sharma', other_phones: [SHOP] } },
      { line: 3, phone: LATA, values: { full_name: 'Lata Rao' } },
      // Ends in the same three digits.
      { line: 4, phone: '+919820055014', values: { full_name: 'Omkar Das' } },
    ])
  })

  it.each([
    ['9014', [KUSHAL]],
    ['19014', [KUSHAL]],
    ['119014', [KUSHAL]],
    ['417119014', [KUSHAL]],
    ['5014', ['+919820055014']],
    ['1234', [KUSHAL]],
    ['671234', [KUSHAL]],
    ['98200', [LATA]],
    ['29014', []],
  ])('find the customers of %s, as this and earlier versions stored it', async (ending, phones) => {
    expect(await found({ ending })).toEqual(phones)
    await writeFormerEndings()
    expect(await found({ ending })).toEqual(phones)
  })

  it('find the customer whose row was matched by a second phone', async () => {
    await playImport(models, { sharedAt: new Date('2026-01-02'), matchesOtherPhones: true }, [
      { line: 2, phone: SHOP, values: { other_phones: ['+919820011111'] } },
    ])

    expect(await found({ ending: '11111' })).toEqual([KUSHAL])
    expect(await found({ ending: '19014' })).toEqual([KUSHAL])
  })
})

describe('a place or a domain that many customers share', () => {
  const count = 1_100
  beforeEach(async () => {
    await playImport(
      models,
      { sharedAt: DAY },
      Array.from({ length: count }, (_, index) => ({
        line: index + 2,
        phone: `+91980000${String(index).padStart(4, '0')}`,
        values: {
          full_name: `Asha Rao${index}`,
          city: 'Pune',
          state: index === 0 ? 'Goa' : 'Maharashtra',
          email: `asha${index}@example.com`,
        },
      })),
    )
  })

  it.each([
    ['this version', async () => {}],
    ['an earlier version', () => moveWordsToRows(models)],
  ])('finds every customer with a name, as %s stored them', async (_, store) => {
    await store()
    const last = `+91980000${String(count - 1).padStart(4, '0')}`
    expect(await found({ names: [`rao${count - 1}`], place: 'pune' })).toEqual([last])
    expect(await found({ names: [`rao${count - 1}`], place: 'maharashtra' })).toEqual([last])
    expect(await found({ names: [`rao${count - 1}`], domain: '@example.com' })).toEqual([last])
    expect(await found({ names: [`rao${count - 1}`], place: 'goa' })).toEqual([])
  })

  it('finds those who stayed after the first thousand moved', async () => {
    await playImport(
      models,
      { sharedAt: new Date('2026-01-03') },
      Array.from({ length: count - 5 }, (_, index) => ({
        line: index + 2,
        phone: `+91980000${String(index).padStart(4, '0')}`,
        values: { city: 'Nagpur', email: `asha${index}@example.org` },
      })),
    )

    expect(await found({ place: 'pune' })).toHaveLength(5)
    expect(await found({ domain: '@example.com' })).toHaveLength(5)
    expect(await search({ place: 'goa' })).toMatchObject({
      people: [{ phone: '+919800000000' }],
      hasMore: false,
    })
  })
})

describe('rows of an earlier version beside those of this one', () => {
  beforeEach(async () => {
    await playImport(models, { sharedAt: DAY }, [
      {
        line: 2,
        phone: KUSHAL,
        values: { full_name: 'Kushal Sharma', city: 'Pune', email: 'k@example.com' },
      },
      { line: 3, phone: SHOP, values: { full_name: 'Asha Sharma', city: 'Pune' } },
    ])
    await moveWordsToRows(models)
    await playImport(models, { sharedAt: new Date('2026-01-02') }, [
      { line: 2, phone: LATA, values: { full_name: 'Lata Sharma', city: 'Pune', email: 'l@example.com' } },
      { line: 3, phone: SHOP, values: { city: 'Punalur' } },
    ])
  })

  it.each([
    [{ place: 'pune' }, [KUSHAL, LATA]],
    [{ place: 'pun' }, [SHOP, KUSHAL, LATA]],
    [{ place: 'punal' }, [SHOP]],
    [{ domain: '@example.com' }, [KUSHAL, LATA]],
    [{ domain: '@exa' }, [KUSHAL, LATA]],
    [{ names: ['sharma'], place: 'pune' }, [KUSHAL, LATA]],
    [{ names: ['shar'], place: 'pu' }, [SHOP, KUSHAL, LATA]],
    [{ names: ['asha'], place: 'pune' }, []],
    [{ names: ['lata'], domain: '@example.com' }, [LATA]],
    [{ ending: '8200', place: 'pune' }, [LATA]],
    [{ ending: '9014', place: 'pune' }, [KUSHAL]],
    [{ place: 'goa' }, []],
  ])('are both found: %j', async (parts, phones) => {
    expect(await found(parts)).toEqual(phones)
  })
})

describe('a frequent name in a place', () => {
  const phoneOf = (index: number) => `+91980000${String(index).padStart(4, '0')}`
  const [count, moved] = [1_200, 1_150]

  beforeEach(async () => {
    await playImport(
      models,
      { sharedAt: DAY },
      Array.from({ length: count }, (_, index) => ({
        line: index + 2,
        phone: phoneOf(index),
        values: { full_name: `Mohammed Rao${index}`, city: index === count - 1 ? 'Goa' : 'Pune' },
      })),
    )
    await playImport(models, { sharedAt: new Date('2026-01-02') }, [
      { line: 2, phone: phoneOf(moved), values: { city: 'Goa' } },
    ])
  })

  it('is found where few live there, also those who moved there', async () => {
    expect(await search({ names: ['mohammed'], place: 'goa' })).toMatchObject({
      people: [{ phone: phoneOf(moved) }, { phone: phoneOf(count - 1) }],
      hasMore: false,
    })
    expect(await found({ names: ['moham'], place: 'go' })).toEqual([phoneOf(moved), phoneOf(count - 1)])
  })

  it('is listed up to the limit where many live there', async () => {
    expect(await search({ names: ['mohammed'], place: 'pune' })).toMatchObject({
      people: { length: 12 },
      hasMore: true,
    })
  })

  it('is found in a place where everybody had another name before', async () => {
    await playImport(
      models,
      { sharedAt: new Date('2026-01-03') },
      Array.from({ length: count - 1 }, (_, index) => ({
        line: index + 2,
        phone: phoneOf(index),
        values: { full_name: `Omkar Rao${index}` },
      })),
    )
    await playImport(models, { sharedAt: new Date('2026-01-04') }, [
      { line: 2, phone: LATA, values: { full_name: 'Mohammed Das', city: 'Pune' } },
    ])

    expect(await found({ names: ['mohammed'], place: 'pune' })).toEqual([LATA])
  })
})

describe('a state', () => {
  beforeEach(async () => {
    await playImport(models, { sharedAt: DAY }, [
      { line: 2, phone: KUSHAL, values: { full_name: 'Kushal Sharma', city: 'Pune', state: 'Maharashtra' } },
      { line: 3, phone: LATA, values: { full_name: 'Lata Rao', city: 'Panjim', state: 'Goa' } },
    ])
  })

  it.each([
    [{ place: 'maharashtra' }, [KUSHAL]],
    [{ place: 'mahar' }, [KUSHAL]],
    [{ names: ['lata'], place: 'goa' }, [LATA]],
    [{ names: ['lata'], place: 'maharashtra' }, []],
  ])('finds its customers: %j', async (parts, phones) => {
    expect(await found(parts)).toEqual(phones)
  })

  it('is found with a wrong letter', async () => {
    expect(await findSimilarNames(models, { names: [], place: 'maharastra' }, 12)).toMatchObject({
      place: 'Maharashtra',
      people: [{ phone: KUSHAL }],
    })
  })
})
