import { isMap, isSeq, parseDocument } from 'yaml'
import { EVENTS_PATH } from '../../src/slack/transport/index.ts'

/**
 * Converts the Socket Mode manifest to one for HTTP: the same commands, scopes and events, with the bot's
 * address where Slack needs it. Comments stay.
 *
 * @param address of the bot, such as https://bot.example.com
 * @throws Error if Slack would reject the address
 */
export function writeHttpManifest(manifest: string, address: string): string {
  if (!URL.canParse(address)) throw new Error('Give the whole address, as in https://bot.example.com.')
  const url = new URL(address)
  if (url.protocol !== 'https:') throw new Error('Slack only calls addresses that begin with https://.')
  if (url.search || url.hash || url.username || url.password)
    throw new Error('Give the address alone, without "?", "#" or a user.')
  const path = url.pathname.replace(/\/+$/, '')
  // The bot accepts this path only, without a trailing slash.
  const eventsUrl = `${url.origin}${path.endsWith(EVENTS_PATH) ? path : path + EVENTS_PATH}`

  const document = parseDocument(manifest.replace(/^(?:#.*\n)+/, ''))
  document.commentBefore = ` The app for HTTP, for a bot at ${eventsUrl}. Made by npm run manifest.`
  document.setIn(['settings', 'socket_mode_enabled'], false)
  document.setIn(['settings', 'event_subscriptions', 'request_url'], eventsUrl)
  document.setIn(['settings', 'interactivity', 'request_url'], eventsUrl)
  const commands = document.getIn(['features', 'slash_commands'])
  for (const command of isSeq(commands) ? commands.items : []) {
    if (isMap(command)) command.set('url', eventsUrl)
  }
  return String(document)
}
