import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { describe, expect, it } from 'vitest'
import { describeEnvironment, replaceSettingsTable } from '../../dev/docs/describe-settings.ts'
import type { AppError } from '../../src/errors.ts'
import { loadConfig, loadCoreConfig } from '../../src/settings/config.ts'
import { SETTINGS } from '../../src/settings/settings.ts'
import { listSettingsInForce } from '../../src/settings/settings-in-force.ts'

const ENOUGH = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 'a-signing-secret' }

function problemsOf(env: Record<string, string | undefined>): string {
  try {
    loadConfig(env)
  } catch (error) {
    return (error as AppError).message
  }
  return ''
}

describe('the configuration', () => {
  it('lets no cell be longer than a row that the database takes', () => {
    expect(() => loadConfig({ ...ENOUGH, MAX_CELL_LENGTH: '250001' })).toThrow(/MAX_CELL_LENGTH/)
    expect(loadConfig({ ...ENOUGH, MAX_CELL_LENGTH: '250000' }).limits.maxCellLength).toBe(250_000)
  })

  it('needs no more than a token and a secret', () => {
    expect(loadConfig(ENOUGH)).toMatchObject({
      defaultRegion: 'IN',
      timeZone: 'Asia/Kolkata',
      clearWord: '#CLEAR',
      mongodbUri: undefined,
      dataDir: './data',
      logLevel: 'info',
      slack: { port: 3000, appToken: undefined },
    })
  })

  it('takes the words for nothing apart at commas', () => {
    expect(loadConfig({ ...ENOUGH, BLANK_WORDS: ' kein Eintrag, 99 ,,!Null,!' })).toMatchObject({
      blankWords: ['kein Eintrag', '99', '!Null'],
    })
    expect(loadConfig(ENOUGH)).toMatchObject({ blankWords: [] })
  })

  it('needs no secret in Socket Mode', () => {
    const config = loadConfig({ SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' })
    expect(config.slack).toMatchObject({ appToken: 'xapp-1', signingSecret: undefined })
  })

  it('takes an empty setting for a missing one', () => {
    expect(loadConfig({ ...ENOUGH, PORT: '', MONGODB_URI: '', DEFAULT_REGION: '' })).toMatchObject({
      mongodbUri: undefined,
      defaultRegion: 'IN',
      slack: { port: 3000 },
    })
  })

  it('names every problem at once', () => {
    const message = problemsOf({
      PORT: 'abc',
      TIME_ZONE: 'Mars/Olympus',
      DEFAULT_REGION: 'XX',
      MONGODB_URI: 'localhost',
      LOG_LEVEL: 'loud',
      FALLBACK_ENCODING: 'klingon',
      LOCALE: 'en_IN!',
    })
    for (const name of [
      'SLACK_BOT_TOKEN',
      'FALLBACK_ENCODING',
      'SLACK_SIGNING_SECRET',
      'PORT',
      'TIME_ZONE',
      'LOCALE',
      'DEFAULT_REGION',
    ])
      expect(message).toContain(name)
    expect(message).toContain('MONGODB_URI must begin with mongodb://')
    expect(message).toContain('LOG_LEVEL must be trace')
  })

  it('does not take the empty example of a token for a token', () => {
    expect(problemsOf({ SLACK_BOT_TOKEN: 'xoxb-', SLACK_APP_TOKEN: 'xapp-' })).toMatch(
      /SLACK_BOT_TOKEN must be.*SLACK_APP_TOKEN must be/s,
    )
  })

  it.each([undefined, ''])('says where a token is found that is missing: %j', (token) => {
    expect(problemsOf({ ...ENOUGH, SLACK_BOT_TOKEN: token })).toContain(
      'SLACK_BOT_TOKEN is missing: "Bot User OAuth Token"',
    )
  })

  it('never repeats a secret that is malformed', () => {
    expect(problemsOf({ SLACK_BOT_TOKEN: 'xoxp-very-secret' })).not.toContain('very-secret')
  })

  it('reads the settings of the command line without any of Slack', () => {
    expect(loadCoreConfig({ DEFAULT_REGION: 'de', MAX_ROWS: '10' })).toMatchObject({
      defaultRegion: 'DE',
      limits: { maxRows: 10 },
    })
  })

  it('is documented in .env.example, setting by setting, with values that are the defaults', () => {
    const text = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8')
    // Read like the bot does: an unquoted # would start a comment.
    const documented = parseEnv(text)
    const { slack, ...core } = loadConfig({ ...documented, ...ENOUGH })
    const { slack: slackByDefault, ...coreByDefault } = loadConfig(ENOUGH)

    expect(documented).toMatchObject({ CLEAR_WORD: coreByDefault.clearWord, DIGEST_WEEKLY: 'monday 09:00' })
    expect(core).toEqual(coreByDefault)
    expect(slack).toEqual(slackByDefault)
    const names = [...text.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name)
    expect(names).toEqual(Object.values(SETTINGS).flatMap((part) => Object.keys(part)))
  })

  it('reads the channels the bot works in, and wants those of the summaries among them', () => {
    expect(loadConfig(ENOUGH).channels).toBeUndefined()
    const chosen = loadConfig({ ...ENOUGH, CHANNELS: 'C012AB3CD, G012AB3CD', DIGEST_CHANNELS: 'G012AB3CD' })
    expect([...(chosen.channels ?? [])]).toEqual(['C012AB3CD', 'G012AB3CD'])
    expect(problemsOf({ ...ENOUGH, CHANNELS: 'C012AB3CD', DIGEST_CHANNELS: 'C099AB3CD' })).toContain(
      'DIGEST_CHANNELS must be among CHANNELS',
    )
    expect(problemsOf({ ...ENOUGH, CHANNELS: '#customers' })).toContain('CHANNELS must be Slack ids')
  })

  it('describes every setting in one place, from which .env.example and docs/operations.md are made (else: npm run docs:settings)', () => {
    const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8')

    expect(readFileSync(new URL('../../.env.example', import.meta.url), 'utf8')).toBe(describeEnvironment())
    expect(replaceSettingsTable(page)).toBe(page)
  })

  it('tells admins what is in force, and of a secret only that it is set', () => {
    const env = {
      ...ENOUGH,
      SLACK_BOT_TOKEN: 'xoxb-hush',
      MONGODB_URI: 'mongodb://me:hush@host/db',
      LOCALE: 'de-DE',
    }
    const { inForce } = loadConfig(env)
    const holds = (wanted: string) => inForce.find(({ name }) => name === wanted)?.value

    expect(JSON.stringify(inForce)).not.toContain('hush')
    expect(JSON.stringify(inForce)).not.toContain(ENOUGH.SLACK_SIGNING_SECRET)
    expect([holds('LOCALE'), holds('TIME_ZONE')]).toEqual(['de-DE', 'Asia/Kolkata'])
    expect([holds('MONGODB_URI'), holds('SLACK_APP_TOKEN')]).toEqual(['set', ''])
    expect(inForce.filter(({ isChosen }) => isChosen).map(({ name }) => name)).toEqual([
      'SLACK_BOT_TOKEN',
      'SLACK_SIGNING_SECRET',
      'MONGODB_URI',
      'LOCALE',
    ])
  })

  it('calls every setting a secret whose name sounds like one', () => {
    const all = Object.values(SETTINGS).flatMap((part) => Object.entries(part))
    const env = Object.fromEntries(all.map(([name]) => [name, 'hush']))
    const open = listSettingsInForce(SETTINGS, env).filter(({ value }) => value === 'hush')

    expect(open.filter(({ name }) => /TOKEN|SECRET|PASS|KEY|URI|CREDENTIAL/.test(name))).toEqual([])
    expect(open.length).toBeGreaterThan(10)
  })
})
