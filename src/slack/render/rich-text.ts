import type { RichTextElement, RichTextSection } from '@slack/types'
import { formatCount, type Inline, type Sentence, type TimeStyle } from '../../../commands/reply/index.ts'
import { shorten } from './block-limits.ts'
import { dateFallback, dateFormat } from './mrkdwn.ts'

/**
 * A sentence as rich text: a customer's cell is shown as it is, never as markup, mention or link. Texts over
 * `max` characters end in an ellipsis.
 */
export function renderSection(sentence: Sentence, max: number, isBold = false): RichTextSection {
  return { type: 'rich_text_section', elements: renderElements(sentence, max, isBold) }
}

export function renderElements(sentence: Sentence, limit: number, isBold = false): RichTextElement[] {
  const inlines = typeof sentence === 'string' ? [sentence] : sentence
  const elements: RichTextElement[] = []
  let left = limit
  for (const inline of inlines) {
    if (left <= 0) break
    const element = renderInline(inline, left, isBold)
    if (element === undefined) continue
    elements.push(element)
    left -= elementLength(element)
  }
  // Slack refuses a section without elements, and an empty text.
  return elements.length > 0 ? elements : [{ type: 'text', text: ' ' }]
}

function renderInline(inline: Inline, maximum: number, isBold: boolean): RichTextElement | undefined {
  const text = (value: string, style: { bold?: true; code?: true }): RichTextElement | undefined => {
    if (value === '') return undefined
    const all = isBold ? { ...style, bold: true } : style
    return {
      type: 'text',
      text: shorten(value, maximum),
      ...(Object.keys(all).length > 0 && { style: all }),
    }
  }
  if (typeof inline === 'string') return text(inline, {})
  if ('bold' in inline) return text(inline.bold, { bold: true })
  if ('code' in inline) return text(inline.code, { code: true })
  if ('count' in inline) return text(formatCount(inline.count), {})
  if ('user' in inline) {
    return /^[UW][A-Z0-9]{2,}$/.test(inline.user)
      ? { type: 'user', user_id: inline.user }
      : text(inline.user, {})
  }
  if ('time' in inline) return renderTime(inline.time, inline.style) ?? text('(no date)', {})
  return isWebAddress(inline.link)
    ? { type: 'link', url: inline.link, text: shorten(inline.label || inline.link, maximum) }
    : text(inline.label, {})
}

function renderTime(time: Date, style: TimeStyle): RichTextElement | undefined {
  if (Number.isNaN(time.getTime())) return undefined
  return {
    type: 'date',
    timestamp: Math.floor(time.getTime() / 1000),
    format: dateFormat(style),
    fallback: dateFallback(time, style),
  }
}

const isWebAddress = (address: string): boolean => URL.canParse(address) && /^https?:/i.test(address)

function elementLength(element: RichTextElement): number {
  if (element.type === 'text') return element.text.length
  if (element.type === 'link') return (element.text ?? '').length
  return 20
}
