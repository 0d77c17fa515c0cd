import { beforeEach, describe, expect, it } from 'vitest'
import { renderPlain } from '../../../commands/plain/render-plain.ts'
import { runUploads } from '../../../commands/uploads/uploads.ts'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/field-catalogue.ts'
import { openTestModels } from '../../support/test-models.ts'

const { models } = await openTestModels()

beforeEach(() => models.fileUploads.collection.deleteMany({}))

async function ask(text: string): Promise<string> {
  const input = { text, team: 'T1', channel: 'C1', user: 'U1', channels: new Set(['C1']), now: new Date() }
  const reply = await runUploads(input, {
    models,
    catalogue: DEFAULT_CATALOGUE,
    defaultRegion: 'IN',
    timeZone: 'Asia/Kolkata',
    dateOrder: 'day_first',
  })
  expect(reply.visibility).toBe('asker')
  return renderPlain(reply)
}

async function store(number: number, fields: object): Promise<void> {
  await models.fileUploads.collection.insertOne({
    kind: 'import',
    number,
    status: 'done',
    source: { kind: 'slack', team: 'T1', channel: 'C1', user: 'asha', file_id: `F${number}` },
    file: { name: `day-${number}.csv` },
    shared_at: new Date(Date.UTC(2026, 0, number, 9)),
    ...fields,
  })
}

describe('/uploads recent', () => {
  it('lists the latest first, with what each did', async () => {
    await store(1, {
      counts: { rows: 5, created: 3, updated: 1, unchanged: 0, duplicate: 0, invalid: 1, blank: 0 },
    })
    await store(2, { status: 'failed', problem: { code: 'file_empty', message: 'It is empty.', next: '' } })
    await store(3, { status: 'running' })

    const answer = await ask('recent')

    expect(answer).toMatch(/#1 .*5 rows: 3 created, 1 updated, 1 invalid/)
    expect(answer).toMatch(/#2 .*It is empty\./)
    expect(answer).toMatch(/#3 /)
    expect(answer.indexOf('#3')).toBeLessThan(answer.indexOf('#1'))
  })

  it('keeps to the latest ten', async () => {
    for (let number = 1; number <= 12; number++) await store(number, { status: 'queued' })

    const answer = await ask('RECENT')

    expect(answer).toContain('day-12.csv')
    expect(answer).not.toContain('day-2.csv')
  })

  it('says how to begin when there is nothing yet', async () => {
    expect((await ask('recent')).split('\n')).toEqual([expect.any(String), expect.stringContaining('CSV')])
  })
})

describe('/uploads', () => {
  it.each(['', 'help'])('explains itself: "%s"', async (text) => {
    expect(await ask(text)).toContain('/uploads recent')
  })

  it.each(['nonsense', 'constructor', '__proto__'])(
    'says in one line that it knows no "%s"',
    async (text) => {
      expect(await ask(text)).toBe(`"${text}" was not understood.`)
    },
  )
})
