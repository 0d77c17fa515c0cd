import { formatTime, type TextMedium } from '../../../commands/plain/index.ts'
import type { TimeStyle } from '../../../commands/reply/index.ts'

/** https://docs.slack.dev/messaging/formatting-message-text#escaping */
export function escapeMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/**
 * Sent with every message: Slack interprets only the markup in its text. Otherwise addresses and names become
 * links, even more in edits (https://docs.slack.dev/reference/methods/chat.update).
 */
export const UNPARSED = { parse: 'none' } as const

/** The same for a new message, without previews of links. */
export const AS_WRITTEN = { ...UNPARSED, unfurl_links: false, unfurl_media: false } as const

/** Inside `<…|…>` a bar or a line break would end the label. */
const escapeLabel = (text: string): string => escapeMrkdwn(text.replace(/[|\r\n]+/g, ' '))

// The pretty formats include today and yesterday:
// https://docs.slack.dev/messaging/formatting-message-text#date-formatting
const DATE_FORMATS = {
  day: '{date_short_pretty}',
  minute: '{date_short_pretty} at {time}',
  ago: '{ago}',
} as const satisfies Record<TimeStyle, string>

export function dateFormat(style: TimeStyle): string {
  return DATE_FORMATS[style]
}

/** For clients that cannot format a date; it names the zone, because the reader's is unknown. */
export function dateFallback(time: Date, style: TimeStyle): string {
  return style === 'day' ? formatTime(time, style, 'UTC') : `${formatTime(time, style, 'UTC')} UTC`
}

/** https://docs.slack.dev/messaging/formatting-message-text: links may have any scheme. */
const PHONE_LINK = /^tel:\+\d{5,15}$/

const isSlackUser = (id: string): boolean => /^[UW][A-Z0-9]{2,}$/.test(id)

/**
 * Slack's markup, for fields without rich text (notification text, small print). Other parts are rich text,
 * where a star or underscore is literal.
 */
export const mrkdwnMedium: TextMedium = {
  isLinedUp: false,
  literal: escapeMrkdwn,
  bold: escapeMrkdwn,
  code: escapeMrkdwn,
  user: (id) => (isSlackUser(id) ? `<@${id}>` : escapeMrkdwn(id)),
  time: (time, style) =>
    Number.isNaN(time.getTime())
      ? formatTime(time, style)
      : `<!date^${Math.floor(time.getTime() / 1000)}^${dateFormat(style)}|${escapeLabel(dateFallback(time, style))}>`,
  link: (address, label) =>
    PHONE_LINK.test(address)
      ? `<${address}|${escapeLabel(label)}>`
      : URL.canParse(address) && /^(https?|mailto):/i.test(address)
        ? `<${escapeMrkdwn(new URL(address).href.replaceAll('|', '%7C'))}|${escapeLabel(label)}>`
        : escapeMrkdwn(label),
}
