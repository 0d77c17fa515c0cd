import type { App } from '@slack/bolt'
import { describe, expect, it } from 'vitest'
import { createLog } from '../../../src/monitoring/log.ts'
import { createBackgroundWork } from '../../../src/slack/listeners/background-work.ts'
import { registerHome } from '../../../src/slack/listeners/register-home.ts'
import type { ViewHandlerDeps } from '../../../src/slack/listeners/view-door.ts'
import { QUESTION_WINDOW } from '../../../src/slack/windows/modals.ts'
import { fieldsOfSubject, logAboutUpload, runAbout } from '../../../src/uploads/lease/log-context.ts'

type Handler = (event: object) => Promise<void>

function collectLog() {
  const lines: Record<string, unknown>[] = []
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) }
  return { lines, log: createLog('info', { destination, context: fieldsOfSubject }) }
}

/** The work turns out to be about #42, and then fails. */
async function failAbout42(): Promise<never> {
  logAboutUpload(42)
  throw new Error('away')
}

describe('what happens in the App Home and its windows', () => {
  const ack = async () => {}
  const person = { id: 'U1' }
  it.each<[string, object]>([
    ['app_home_opened', { event: { tab: 'home', user: 'U1' }, body: { team_id: 'T1' } }],
    ['shortcut', { ack, shortcut: { callback_id: 'lookup_customer', trigger_id: '1', user: person } }],
    ['lookup_customer', { ack, body: { user: person, view: { id: 'V1', state: { values: {} } } } }],
    [String(QUESTION_WINDOW), { ack, body: { user: person, view: { id: 'V1', callback_id: 'question:0' } } }],
  ])('is logged with the upload it turns out to be about: %s', async (name, event) => {
    const { lines, log } = collectLog()
    const handlers = new Map<string, Handler>()
    // The parts of Bolt and of the handlers that these events reach.
    const app = {
      event: (type: string, handler: Handler) => void handlers.set(type, handler),
      shortcut: (_: object, handler: Handler) => void handlers.set('shortcut', handler),
      view: ({ callback_id }: { callback_id: unknown }, handler: Handler) =>
        void handlers.set(String(callback_id), handler),
    } as unknown as App
    const deps = {
      home: { opened: failAbout42 },
      windows: { open: failAbout42, update: async () => {} },
      members: { isMember: failAbout42 },
      client: { chat: { postMessage: async () => ({}) } },
      actions: [],
      questions: { take: failAbout42 },
      teamId: () => 'T1',
      log,
    } as unknown as ViewHandlerDeps
    const background = createBackgroundWork(log)
    registerHome(app, deps, background.run)

    await handlers.get(name)?.(event)
    await background.idle()

    expect(lines.length).toBeGreaterThan(0)
    expect(lines.map(({ upload }) => upload)).toEqual(lines.map(() => 42))
  })
})

describe('background work', () => {
  it('is not about the upload of the work that started it', async () => {
    const { lines, log } = collectLog()
    const background = createBackgroundWork(log)

    await runAbout({ number: 7 }, async () => {
      background.run('page not shown', async () => {
        throw new Error('away')
      })
    })
    await background.idle()

    expect(lines).toMatchObject([{ msg: 'page not shown' }])
    expect(lines[0]).not.toHaveProperty('upload')
  })
})
