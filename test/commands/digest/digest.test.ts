import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ACTIONS } from '../../../commands/actions/actions.ts'
import { findDue, trendOf } from '../../../commands/digest/digest-calendar.ts'
import { renderPlain } from '../../../commands/plain/render-plain.ts'
import type { CommandDeps } from '../../../commands/reply/command.ts'
import { SHARE_PAGE } from '../../../commands/reply/page-button.ts'
import type { ReplyPart, Sentence } from '../../../commands/reply/reply.ts'
import { runUploads } from '../../../commands/uploads/uploads.ts'
import { createModels, ensureIndexes, type Models } from '../../../models/index.ts'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/field-catalogue.ts'
import { countStaleCustomers } from '../../../src/uploads/queries/stale-customers.ts'
import { playImport, playUndo } from '../../support/play-uploads.ts'
import { openTestDatabase, type TestDatabase } from '../../support/test-database.ts'

const ZONE = 'Asia/Kolkata'
const at = (day: string, time: string) => new Date(`${day}T${time}:00+05:30`)
const NOW = at('2026-01-16', '18:00')
const customer = (n: number) => ({
  line: n + 1,
  phone: `+9174171190${10 + n}`,
  values: { full_name: `Person ${n}` },
})

/** A sentence, or the text of a part, without formatting. */
function plainly(of: Sentence | ReplyPart | undefined): string {
  const isPart = typeof of === 'object' && 'kind' in of
  const parts: ReplyPart[] = of === undefined ? [] : [isPart ? of : { kind: 'text', text: of }]
  return renderPlain({ visibility: 'asker', parts }, { timeZone: ZONE })
}

let database: TestDatabase
let models: Models
let deps: CommandDeps

async function ask(text: string) {
  const input = { text, team: 'T1', channel: 'C1', user: 'U1', channels: new Set(['C1']), now: NOW }
  const reply = await runUploads(input, deps)
  return { reply, text: renderPlain(reply, { timeZone: ZONE }) }
}

beforeAll(async () => {
  database = await openTestDatabase()
  models = createModels(database.connection)
  await ensureIndexes(models)
  deps = { models, catalogue: DEFAULT_CATALOGUE, defaultRegion: 'IN', timeZone: ZONE, dateOrder: 'day_first' }
  await playImport(models, { sharedAt: at('2026-01-15', '23:59'), user: 'U1' }, [customer(1), customer(2)])
  await playImport(models, { sharedAt: at('2026-01-16', '00:00'), user: 'U1' }, [customer(2), customer(3)])
  await playImport(models, { sharedAt: at('2026-01-16', '10:00'), user: 'U2' }, [customer(4)])
  await playUndo(models, 3, 'U2')
  const upload = {
    source: { kind: 'slack', user: 'U2', channel: 'C1' },
    attempts: 1,
    receipt: { due: false },
  }
  await models.fileUploads.collection.insertMany([
    {
      ...upload,
      kind: 'import',
      number: 90,
      status: 'failed',
      shared_at: at('2026-01-16', '11:00'),
      file: { name: 'photo.csv' },
      problem: { code: 'not_csv', message: '`photo.csv` is not a CSV file.', next: 'x' },
    },
    {
      ...upload,
      kind: 'import',
      number: 92,
      status: 'failed',
      shared_at: at('2026-01-16', '11:30'),
      file: { name: 'moved.csv' },
      problem: { code: 'left_out', message: '`moved.csv` was discarded: nothing was imported.', next: 'x' },
    },
    {
      ...upload,
      kind: 'import',
      number: 91,
      status: 'held',
      shared_at: at('2026-01-10', '11:00'),
      file: { name: 'strange.csv' },
    },
  ] as never[])
  await countStaleCustomers(models, 7, at('2026-01-23', '00:00'))
})
afterAll(() => database.drop())

const counts = (...numbers: number[]) => numbers.map((count) => [{ count }])

describe('/uploads digest', () => {
  it('tells today so far: who, the numbers, what failed, what waits, what was taken back', async () => {
    const { reply, text } = await ask('digest now')

    expect(reply.visibility).toBe('asker')
    expect(text.split('\n')[0]?.match(/\d+/g)).toEqual(['4', '2', '1'])
    expect(reply.parts).toContainEqual(
      expect.objectContaining({
        kind: 'table',
        rows: [
          [[{ user: 'U2' }], '3.csv, photo.csv, moved.csv', ...counts(0, 0, 0, 0)],
          [[{ user: 'U1' }], '2.csv', ...counts(2, 1, 0, 0)],
        ],
      }),
    )
    const listed = reply.parts.flatMap((part) => (part.kind === 'list' ? part.items : []))
    expect(listed.map(plainly)).toEqual([
      expect.stringMatching(/^#90 photo\.csv .*is not a CSV file\.$/),
      expect.stringMatching(/^#91 strange\.csv /),
    ])
    const noted = reply.parts.flatMap((part) => (part.kind === 'note' ? [part.text] : []))
    expect(noted.map(plainly)).toEqual([
      expect.stringContaining('#92 moved.csv'),
      expect.stringContaining('#3 3.csv'),
    ])
  })

  it('says in its first line how many files of that time wait for a decision', async () => {
    const [first] = (await ask('digest 10 Jan')).text.split('\n')

    expect(first).toMatch(/10 Jan 2026: 1 .*, 0 .*, 1 /)
  })

  it('ends its days where the team does, and draws the trend up to today', async () => {
    const { text } = await ask('digest yesterday')
    const { reply } = await ask('digest')

    expect(text.split('\n')[0]).toMatch(/15 Jan 2026: 1 .*, 2 /)
    const chart = reply.parts.find((part) => part.kind === 'chart')
    expect(chart).toMatchObject({ labels: expect.arrayContaining(['3 Jan', '15 Jan', '16 Jan']) })
    expect(chart?.kind === 'chart' && chart.series[0]?.values.slice(-2)).toEqual([2, 1])
  })

  it('says how many customers nobody refreshed, as counted last', async () => {
    const { text } = await ask('digest weekly')

    expect(text).toContain('10 Jan 2026 – 16 Jan 2026')
    expect(text).toMatch(/^1 of 3 customers .* 7 days .*23 Jan 2026/m)
  })

  it('says so where nothing came in, and where it does not know the day', async () => {
    const nothing = (await ask('digest 1 Jan')).reply
    expect(plainly(nothing.parts[0])).toContain('1 Jan 2026')
    expect(nothing.parts.map(({ kind }) => kind)).not.toContain('numbers')
    expect((await ask('digest tomorrow')).text).toContain('"tomorrow"')
    const unknown = (await ask('digest gibberish')).reply
    expect(unknown.parts.map(({ kind }) => kind)).toEqual(['headline', 'buttons'])
  })

  it('names nobody but those who uploaded: no customer, no phone', async () => {
    for (const words of ['digest', 'digest weekly'])
      expect((await ask(words)).text).not.toMatch(/Person|7417/)
  })

  it('can be shared in the channel, as it then is', async () => {
    const { reply } = await ask('digest')
    const button = reply.parts
      .flatMap((part) => (part.kind === 'buttons' ? part.buttons : []))
      .find(({ action }) => action === SHARE_PAGE)
    const share = ACTIONS.find(({ name }) => name === SHARE_PAGE)

    const shared = await share?.run(
      {
        value: button?.value ?? '',
        team: 'T1',
        channel: 'C1',
        user: 'U1',
        channels: new Set(['C1']),
        now: NOW,
      },
      deps,
    )

    expect(shared).toMatchObject({ visibility: 'channel' })
    expect(renderPlain(shared ?? reply, { timeZone: ZONE })).toContain(
      renderPlain(reply, { timeZone: ZONE }).split('\n')[0],
    )
  })
})

describe('when a digest is due', () => {
  const daily = { hour: 9, minute: 0 }

  it.each([
    ['2026-01-16', '09:00', '2026-01-16'],
    ['2026-01-16', '08:59', '2026-01-15'],
    ['2026-01-16', '23:59', '2026-01-16'],
  ])('on %s at %s it is that of %s', (day, time, due) => {
    expect(findDue('daily', daily, at(day, time), ZONE).day).toBe(due)
  })

  it('is about whole days of the team, the one before or the seven before', () => {
    const weekly = findDue('weekly', { ...daily, weekday: 1 }, NOW, ZONE)

    expect(weekly).toEqual({
      day: '2026-01-12',
      dueAt: at('2026-01-12', '09:00'),
      period: { from: at('2026-01-05', '00:00'), until: at('2026-01-12', '00:00') },
    })
  })

  it('keeps its time on the clock over a change of it, also at a time the clocks skip', () => {
    const inBerlin = (now: string, hour = 9) =>
      findDue('daily', { hour, minute: 30 }, new Date(now), 'Europe/Berlin').dueAt.toISOString()

    expect(inBerlin('2026-03-28T12:00:00Z')).toBe('2026-03-28T08:30:00.000Z')
    expect(inBerlin('2026-03-29T12:00:00Z')).toBe('2026-03-29T07:30:00.000Z')
    // 02:30 does not exist on that day.
    expect(inBerlin('2026-03-29T12:00:00Z', 2).slice(0, 10)).toBe('2026-03-29')
  })

  it('has a trend of stretches that follow each other without a gap', () => {
    for (const kind of ['daily', 'weekly'] as const) {
      const { spans, labels } = trendOf(kind, findDue(kind, daily, NOW, ZONE).period, ZONE)
      expect(labels).toHaveLength(spans.length)
      for (const [index, { until }] of spans.slice(0, -1).entries())
        expect(spans[index + 1]?.from).toEqual(until)
    }
  })
})
