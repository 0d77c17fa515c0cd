import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { writeHttpManifest } from '../../../dev/docs/http-manifest.ts'

const socketForm = readFileSync(new URL('../../../manifest.yml', import.meta.url), 'utf8')
const EVENTS = 'https://bot.example.com/slack/events'

describe('the manifest for HTTP', () => {
  it('is the one for Socket Mode, with an address wherever Slack wants one', () => {
    const expected = parse(socketForm)
    expected.settings.socket_mode_enabled = false
    expected.settings.event_subscriptions.request_url = EVENTS
    expected.settings.interactivity.request_url = EVENTS
    for (const command of expected.features.slash_commands) command.url = EVENTS

    const httpForm = writeHttpManifest(socketForm, 'https://bot.example.com')

    expect(parse(httpForm)).toEqual(expected)
    expect(httpForm).not.toContain('Socket Mode')
  })

  it.each([
    ['https://bot.example.com/', EVENTS],
    ['https://bot.example.com//', EVENTS],
    ['https://bot.example.com/slack/events', EVENTS],
    ['https://bot.example.com/slack/events/', EVENTS],
    ['https://example.com/customers/', 'https://example.com/customers/slack/events'],
    ['https://example.com:8443', 'https://example.com:8443/slack/events'],
  ])('takes %s for a bot at %s', (given, address) => {
    expect(parse(writeHttpManifest(socketForm, given)).settings.interactivity.request_url).toBe(address)
  })

  it.each(['http://bot.example.com', 'bot.example.com', 'https://bot.example.com?x=1', ''])(
    'is not written for %j',
    (given) => {
      expect(() => writeHttpManifest(socketForm, given)).toThrow()
    },
  )
})
