import { cleanText, toAsciiDigits } from '../cells/index.ts'
import { nameOfFlag } from './country-region.ts'

/** Removes what people and programs write around a number. Does not check whether a phone is left. */

/** Characters of other keyboards for an ASCII one. For digits see `toAsciiDigits`. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  '＋': '+',
  '﹢': '+',
  '（': '(',
  '）': ')',
  '．': '.',
  '。': '.',
  '／': '/',
  '⁄': '/',
  '，': ',',
  '；': ';',
  '：': ':',
  '｜': '|',
  '＊': '*',
  '～': '-',
  '˗': '-',
  '－': '-',
  '‐': '-',
  '‑': '-',
  '‒': '-',
  '–': '-',
  '—': '-',
  '―': '-',
  '−': '-',
  ー: '-',
}
const LOOKALIKE = new RegExp(`[${Object.keys(LOOKALIKES).join('')}]`, 'gu')

const LINK = /^(?:(?:tel|callto|sms|phone):(?:\/\/)?|whatsapp:\/\/)/iu
/** A WhatsApp link contains the number with its country code and without the plus. */
const WHATSAPP_LINK = /^(?:https?:\/\/)?(?:wa\.me\/|(?:api|web)\.whatsapp\.com\/send\/?\?phone=)\+?(\d+).*$/iu
const LINK_CONTEXT = /;phone-context=(\+[\d-]+)/iu
const LINK_REST = /;(?:phone-context|isub|postd)=[^;]*/giu
const EXTENSION =
  /[,;]?\s*\(?(?:;ext=|\b(?:extension|extn?|xtn|int|anexo|ramal|poste|durchwahl|dw|interno)\b\.?|доб\.?)\s*[.:=]?\s*\d{1,7}(?!\d)\)?/giu
const WORD =
  'mobile|mob|mbl|m|cell|c|phone|ph|p|telephone|tel|t|home|h|res|residence|work|w|office|off|o|landline|whatsapp|wa|primary|main|other|alt|alternate|number|no|contact|call|मोबाइल|फोन|फ़ोन'
const LABEL_BEFORE = new RegExp(`^(?:(?:${WORD})(?![\\p{L}\\p{M}])[\\s.:#=-]*)+`, 'iu')
const LABEL_AFTER = new RegExp(`[\\s.:-]*[([]?\\s*(?<![\\p{L}\\p{M}])(?:${WORD})\\.?\\s*[)\\]]?$`, 'iu')
/** Quotes, flags, emoji, currency signs around a number. Signs for hidden digits stay. */
const FRAME_BEFORE = /^[^\p{L}\p{M}\p{N}+(*•●∗✱#_?%]+/u
const FRAME_AFTER = /[^\p{L}\p{M}\p{N})*•●∗✱#_?%]+$/u
/** `IN +91 98765 43210` */
const COUNTRY_BEFORE = /^\(?[a-z]{2}\)?[\s:-]*(?=\+)/iu

const FLAG = /[\u{1f1e6}-\u{1f1ff}]{2}/u
const FLAGS = new RegExp(FLAG, 'gu')

/** The cell in ASCII digits and marks, with its lines separated like several numbers. */
export function tidyPhone(cell: string): string {
  // The lines of a cell separate numbers; cleaning would join them with spaces.
  const lines = cell.includes('\n') || cell.includes('\r') ? cell.trim().replace(/[\r\n]+/gu, ' ; ') : cell
  const named = FLAG.test(lines) ? lines.replace(FLAGS, (flag) => `${nameOfFlag(flag) ?? flag} `) : lines
  return toAsciiDigits(cleanText(named)).replace(LOOKALIKE, (mark) => LOOKALIKES[mark] ?? mark)
}

/** Without links and extensions around a number. */
export function withoutExtras(text: string): string {
  const context = LINK_CONTEXT.exec(text)?.[1] ?? ''
  const bare = text.replace(LINK, '').replace(WHATSAPP_LINK, '+$1').replace(LINK_REST, '')
  return (bare.startsWith('+') ? bare : context + bare).replace(EXTENSION, '')
}

/** Without words, signs and emoji before and after a number. */
export function withoutLabels(piece: string): string {
  return withoutFrame(withoutFrame(piece).replace(LABEL_BEFORE, '').replace(LABEL_AFTER, ''))
}

function withoutFrame(text: string): string {
  return text.replace(FRAME_BEFORE, '').replace(FRAME_AFTER, '').replace(COUNTRY_BEFORE, '')
}
