import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { ROW_OUTCOMES } from '../../models/index.ts'
import { createMetrics } from '../../src/monitoring/metrics.ts'
import { type PlayedBot, playWorkspace } from '../support/play-workspace.ts'

const NOTHING = {
  outcomes: ROW_OUTCOMES,
  countOpenUploads: async () => ({}),
  health: async () => ({}),
}

describe('/metrics', () => {
  let bot: PlayedBot
  beforeAll(async () => {
    bot = await playWorkspace()
  })
  afterAll(() => bot.stop())

  const scrape = async () => {
    const response = await fetch(`${bot.address}/metrics`)
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4')
    return await response.text()
  }

  it('counts uploads, rows by outcome, durations, the queue and what Slack refused', async () => {
    const { workspace } = bot
    let isRefused = false
    workspace.use(async (call, next) => {
      if (isRefused || !call.path.startsWith('/api/chat.postMessage')) return await next(call)
      isRefused = true
      return new Response(JSON.stringify({ ok: false, error: 'ratelimited' }), {
        status: 429,
        headers: { 'retry-after': '0' },
      })
    })
    let isLost = false
    workspace.use(async (call, next) => {
      if (isLost || !/files-pri|\/files\//.test(call.path)) return await next(call)
      isLost = true
      return new Response('', { status: 503 })
    })
    const good = 'phone,name\n07417119014,Kushal\n07417119014,Kushal\n9820098200,Meena\nnone,Nobody\n'
    await workspace.waitForReceipt(await bot.share('asha', 'good.csv', good))
    await workspace.waitForReceipt(await bot.share('asha', 'empty.csv', 'phone,name\n'))

    const text = await scrape()

    expect(text).toContain('customer_uploads_finished_total{kind="import",status="done",code=""} 1')
    expect(text).toContain('customer_uploads_finished_total{kind="import",status="failed",code="no_rows"} 1')
    expect(text).toContain('customer_uploads_rows_total{outcome="created"} 2')
    expect(text).toContain('customer_uploads_rows_total{outcome="duplicate"} 1')
    expect(text).toContain('customer_uploads_rows_total{outcome="invalid"} 1')
    expect(text).not.toContain('outcome="rows"')
    expect(text).toContain('customer_uploads_duration_seconds_count{kind="import"} 2')
    expect(text).toContain('customer_uploads_wait_seconds_count{kind="import"} 2')
    expect(text).toContain('customer_uploads_open{status="queued"} 0')
    expect(text).toContain('customer_uploads_up{part="database"} 1')
    expect(text).toMatch(
      /customer_uploads_slack_errors_total\{method="chat.postMessage",reason="rate_limited"\} 1/,
    )
    expect(text).toContain(
      'customer_uploads_slack_errors_total{method="download",reason="file_unreachable"} 1',
    )
    expect(text).toContain('nodejs_eventloop_lag_seconds')
    expect(text).not.toMatch(/7417119014|Kushal|good\.csv/)
  })

  it('answers while the database does not', async () => {
    const metrics = createMetrics({
      ...NOTHING,
      countOpenUploads: () => Promise.reject(new Error('away')),
      health: () => new Promise(() => undefined),
    })

    const { text } = await metrics.render()

    expect(text).toContain('# TYPE customer_uploads_open gauge')
    expect(text).not.toContain('customer_uploads_open{')
  })

  it('has what is worth an alarm from the start, with 0, so that the first is an increase', async () => {
    const { text } = await createMetrics(NOTHING).render()

    for (const code of ['unexpected', 'database_failed', 'database_refused', 'gave_up'])
      expect(text).toContain(`_finished_total{kind="import",status="failed",code="${code}"} 0`)
    expect(text).toContain('customer_uploads_finished_total{kind="import",status="done",code=""} 0')
    for (const outcome of ROW_OUTCOMES)
      expect(text).toContain(`customer_uploads_rows_total{outcome="${outcome}"} 0`)
    expect(text).toContain('customer_uploads_duration_seconds_count{kind="import"} 0')
  })

  it('has every number the alarms and docs/operations.md speak of, and no other', async () => {
    const { text } = await createMetrics(NOTHING).render()
    const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
    const rules: { groups: { rules: { expr: string }[] }[] } = parse(read('examples/prometheus-alerts.yml'))
    const named = (where: string) => [...new Set(where.match(/\bcustomer_uploads_\w+/g))].sort()
    const there = [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name = '']) => name).sort()

    const inRules = named(rules.groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)).join())
    expect(inRules.length).toBeGreaterThan(2)
    expect(inRules.filter((name) => !there.includes(name))).toEqual([])
    const inTable = read('docs/operations.md').matchAll(/^\| `(customer_uploads_\w+)` \|/gm)
    expect([...inTable].map(([, name]) => name).sort()).toEqual(there)
  })

  it('keeps the counts of two bots in one process apart', async () => {
    const [first, second] = [createMetrics(NOTHING), createMetrics(NOTHING)]

    first.slackFailed({ method: 'auth.test', reason: 'no_answer' })

    expect((await first.render()).text).toContain('reason="no_answer"} 1')
    expect((await second.render()).text).not.toContain('no_answer')
  })
})
