import type { FieldDefinition, FieldValue } from '../../src/customers/fields/index.ts'
import { formatPhone } from '../../src/customers/phones/index.ts'
import { formatAmount, formatNumber } from '../../src/locale.ts'
import { formatDay } from '../text/index.ts'

/** Formats values for people, numbers in the team's locale. */

export function formatCount(n: number): string {
  return formatNumber(n)
}

/** `1 row`, `12 rows`. */
export function plural(n: number, noun: string): string {
  return `${formatCount(n)} ${noun}${n === 1 ? '' : 's'}`
}

/** A duration in words: `less than 0.1 s`, `0.4 s`, `12 s`, `3 min 5 s`. */
export function formatDuration(seconds: number): string {
  if (seconds < 0.1) return 'less than 0.1 s'
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 60) return `${Math.round(seconds)} s`
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)} min ${whole % 60} s`
}

/** A stored value for people, by its field's type. */
export function formatValue(value: FieldValue, type: FieldDefinition['type'] | undefined): string {
  if (Array.isArray(value)) return value.map((item) => formatValue(item, type)).join(', ')
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  if (typeof value === 'number') return type === 'money' ? formatAmount(value) : String(value)
  if (type === 'date') return formatDay(String(value))
  return type === 'phone' ? formatPhone(String(value)) : String(value)
}

/** Cuts a text to this many characters, with an ellipsis as the last one. */
export function brief(text: string, max: number): string {
  const letters = [...text]
  return letters.length > max ? `${letters.slice(0, max - 1).join('')}…` : text
}
