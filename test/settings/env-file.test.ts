import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { loadConfig } from '../../src/settings/config.ts'
import { loadEnvFile } from '../../src/settings/env-file.ts'
import { SECRETS, SETTING_NAMES } from '../../src/settings/settings.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'env-test-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }))

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

function load(text: string, env: Record<string, string | undefined> = {}) {
  const unknown = loadEnvFile(env, SETTING_NAMES, write('.env', text))
  return { env, unknown }
}

describe('the file .env', () => {
  it('is read over a byte order mark', () => {
    expect(load('\ufeffPORT=4000\nHOST=127.0.0.1\n')).toEqual({
      env: { PORT: '4000', HOST: '127.0.0.1' },
      unknown: [],
    })
  })

  it('does not change what the environment has', () => {
    expect(load('PORT=4000\n', { PORT: '5000' }).env).toEqual({ PORT: '5000' })
  })

  it('need not be there', () => {
    expect(loadEnvFile({}, SETTING_NAMES, join(folder, 'none'))).toEqual([])
  })

  it.each([
    ['DIGEST_CHANNEL', 'DIGEST_CHANNELS'],
    ['slack_bot_token', 'SLACK_BOT_TOKEN'],
    ['TIMEZONE', 'TIME_ZONE'],
    ['SLACK_BOT_TOKENS', 'SLACK_BOT_TOKEN'],
  ])('is complained about where it has %s', (name, meant) => {
    const { unknown } = load(`${name}=secret-value\n`)
    expect(unknown).toHaveLength(1)
    expect(unknown[0]).toContain(`${name} in .env is not a setting`)
    expect(unknown[0]).toContain(meant)
    expect(unknown[0]).not.toContain('secret-value')
  })

  it('may have every setting, secrets as files, and what other tools read', () => {
    const names = [...SETTING_NAMES, 'NODE_OPTIONS', 'TZ', 'HTTPS_PROXY', 'COMPOSE_PROJECT_NAME']
    expect(load(names.map((name) => `${name}=x`).join('\n')).unknown).toEqual([])
  })
})

describe('a secret in a file', () => {
  const problemsOf = (env: Record<string, string>): string => {
    try {
      loadConfig(env)
      return ''
    } catch (error) {
      return error instanceof AppError ? error.message : String(error)
    }
  }

  it('is read without the line’s end, and shown only as set', () => {
    const config = loadConfig({
      SLACK_BOT_TOKEN_FILE: write('token', 'xoxb-from-a-file\n'),
      SLACK_APP_TOKEN_FILE: write('app', '\ufeffxapp-from-a-file\r\n'),
      MONGODB_URI_FILE: write('uri', 'mongodb://user:word@db.example/customers\n'),
    })
    expect(config.slack).toMatchObject({ botToken: 'xoxb-from-a-file', appToken: 'xapp-from-a-file' })
    expect(config.mongodbUri).toBe('mongodb://user:word@db.example/customers')
    const shown = config.inForce
      .filter(({ name }) => SECRETS.includes(name))
      .map(({ name, value }) => [name, value])
    expect(shown).toContainEqual(['SLACK_BOT_TOKEN', 'set'])
    expect(JSON.stringify(config.inForce)).not.toContain('from-a-file')
  })

  it.each(SECRETS)('is refused beside %s itself, without a word of either', (name) => {
    const path = write('secret', 'one-value')
    const problems = problemsOf({ [name]: 'other-value', [`${name}_FILE`]: path })
    expect(problems).toContain(`${name} and ${name}_FILE are both set`)
    expect(problems).not.toMatch(/one-value|other-value/)
  })

  it.each([
    ['is empty', () => write('empty', ' \n'), /SLACK_BOT_TOKEN_FILE names a file that is empty/],
    [
      'is not there',
      () => join(folder, 'none'),
      /SLACK_BOT_TOKEN_FILE names a file that cannot be read \(ENOENT\)/,
    ],
    ['is a directory', () => folder, /SLACK_BOT_TOKEN_FILE names a file that cannot be read \(EISDIR\)/],
  ])('is named, and nothing beside it, where the file %s', (_what, path, expected) => {
    const problems = problemsOf({ SLACK_BOT_TOKEN_FILE: path(), SLACK_APP_TOKEN: 'xapp-1' })
    expect(problems).toMatch(expected)
    expect(problems).not.toContain('SLACK_BOT_TOKEN is missing')
  })

  it('is checked like any other, without being quoted', () => {
    const path = write('token', 'not-a-token')
    const problems = problemsOf({ SLACK_BOT_TOKEN_FILE: path, SLACK_APP_TOKEN: 'xapp-1' })
    expect(problems).toContain('SLACK_BOT_TOKEN must be a whole token')
    expect(problems).not.toContain('not-a-token')
  })
})
