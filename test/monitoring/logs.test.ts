import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startBotProcess } from '../../dev/demo/bot-process.ts'
import { startWorkspace } from '../../dev/workspace/workspace.ts'
import { createLog } from '../../src/monitoring/log.ts'
import {
  fieldsOfSubject,
  logAboutUpload,
  runAbout,
  runWithoutUpload,
} from '../../src/uploads/lease/log-context.ts'
import { openTestDatabase } from '../support/test-database.ts'

/** Log messages about the process instead of an upload. */
const OF_THE_PROCESS =
  /listening to Slack|stopping|stopped|data brought up to date|now connected|missed shares/

describe('the log of a bot', () => {
  it('says of an upload in each line what that line was given, and nothing of the lines before', async () => {
    const lines: string[] = []
    const destination = { write: (line: string) => void lines.push(line) }
    const log = createLog('info', { destination, context: fieldsOfSubject })

    await runAbout({ number: 7 }, async () => {
      log.warn({ code: 'slack_unavailable', attempt: 3 }, 'upload waits')
      log.info({ rows: 2 }, 'upload done')
    })
    await runWithoutUpload(async () => {
      log.info({}, 'nobody knows yet')
      logAboutUpload(8)
      logAboutUpload(9)
      log.info({}, 'about the first')
    })

    const [, done, before, after] = lines.map((line): Record<string, unknown> => JSON.parse(line))
    expect(done).toEqual({ level: 30, time: expect.any(Number), upload: 7, rows: 2, msg: 'upload done' })
    expect([before?.upload, after?.upload]).toEqual([undefined, 8])
  })

  it('has a level and the number of the upload on every line about one, also where Slack makes trouble', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'customer-uploads-log-'))
    const database = await openTestDatabase()
    const workspace = await startWorkspace()
    const logFile = join(folder, 'bot.log')
    const bot = await startBotProcess({ workspace, mongodbUri: database.uri, logFile })
    try {
      workspace.connect(bot.eventsUrl)
      let trouble = 2
      // Log lines of Slack's client belong to the upload too.
      workspace.use(async (call, next) => {
        if (!/chat\.postMessage|files\.info/.test(call.path) || trouble-- <= 0) return await next(call)
        return Response.json(
          { ok: false, error: 'ratelimited' },
          { status: 429, headers: { 'retry-after': '1' } },
        )
      })
      const bytes = new TextEncoder().encode('Phone,Name\n07417119014,Kushal\n12,Nobody\n')

      const share = await workspace.share('asha', 'customers', { name: 'day-1.csv', bytes })
      await workspace.waitForReceipt(share)
      await workspace.waitForFile(share)
      for (const asked of ['/uploads show 1', '/uploads undo last', '/uploads compare 1 1'])
        await workspace.command('asha', 'customers', asked)
    } finally {
      await bot.stop()
      await workspace.stop()
      await database.drop()
    }

    const lines = (await readFile(logFile, 'utf8'))
      .split('\n')
      .filter((line) => line !== '')
      .map((line): Record<string, unknown> => JSON.parse(line))
    await rm(folder, { recursive: true, force: true, maxRetries: 20 })
    const about = lines.filter(({ msg }) => !OF_THE_PROCESS.test(String(msg)))
    expect(lines.every(({ level, time }) => typeof level === 'number' && typeof time === 'number')).toBe(true)
    expect(about.map(({ msg }) => msg)).toEqual(
      // The event and the search at start run in parallel: either may be first.
      expect.arrayContaining([expect.stringMatching(/share queued$/), 'upload started', 'upload done']),
    )
    expect(about.filter(({ msg }) => msg === 'command answered')).toHaveLength(3)
    expect(about.filter(({ upload }) => typeof upload !== 'number')).toEqual([])
    expect(JSON.stringify(lines)).not.toMatch(/Kushal|7417119014|xoxb/)
  })
})
