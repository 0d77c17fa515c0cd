import { formatTime, type TextMedium } from '../../../commands/plain/index.ts'
import type { TimeStyle } from '../../../commands/reply/index.ts'

/** https://docs.slack.dev/messaging/formatting-message-text#escaping */
export function escapeMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/**
 * Goes with every message: Slack makes nothing of its text beyond the markup that is in it. Without, addresses and names
 * become links, more of them when a message is changed (https://docs.slack.dev/reference/methods/chat.update).
 */
export const UNPARSED = { parse: 'none' } as const

/** The same for a new message, under which Slack would show what a link leads to. */
export const AS_WRITTEN = { ...UNPARSED, unfurl_links: false, unfurl_media: false } as const

/** Inside `<…|…>` a bar or a line break would end the label. */
const escapeLabel = (text: string): string => escapeMrkdwn(text.replace(/[|\r\n]+/g, ' '))

// The pretty ones say today and yesterday: https://docs.slack.dev/messaging/formatting-message-text#date-formatting
const DATE_FORMATS = {
  day: '{date_short_pretty}',
  minute: '{date_short_pretty} at {time}',
  ago: '{ago}',
} as const satisfies Record<TimeStyle, string>

export function dateFormat(style: TimeStyle): string {
  return DATE_FORMATS[style]
}

/** What a client shows that cannot format a date itself; it says its zone, because the reader's is unknown. */
export function dateFallback(time: Date, style: TimeStyle): string {
  return style === 'day' ? formatTime(time, style, 'UTC') : `${formatTime(time, style, 'UTC')} UTC`
}

/** https://docs.slack.dev/messaging/formatting-message-text: a link of any scheme a client can open. */
const PHONE_LINK = /^tel:\+\d{5,15}$/

const isSlackUser = (id: string): boolean => /^[UW][A-Z0-9]{2,}$/.test(id)

/**
 * Slack's markup. Used where a field takes nothing else (notification text, small print); a reply's own parts are
 * rich text, in which a literal star or underscore stays one.
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
