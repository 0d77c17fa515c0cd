import { beforeEach, describe, expect, it } from 'vitest'
import { findByParts, findSimilarNames } from '../../../src/uploads/queries/index.ts'
import { formerEndingWord } from '../../../src/uploads/rows/index.ts'
import { playImport } from '../../support/play-uploads.ts'
import { openTestModels } from '../../support/test-models.ts'

const { models } = await openTestModels()
const [KUSHAL, LATA, SHOP] = ['+917417119014', '+919820098200', '+912025671234']
const DAY = new Date('2026-01-01')

beforeEach(async () => {
  for (const model of [models.customers, models.uploadRows, models.fileUploads, models.nameWords])
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

  it('finds every customer with a name', async () => {
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
