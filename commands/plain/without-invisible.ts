import { removeInvisible } from '../../src/customers/cells/index.ts'
import type { Reply } from '../reply/index.ts'

/**
 * Removes invisible characters from a reply. Typed texts and file names may contain ones that change the
 * reading order: `evil\u202Efdp.exe` shows as `evilexe.pdf`.
 */
export function withoutInvisible(reply: Reply): Reply {
  return clean(reply)
}

function clean<T>(value: T): T
function clean(value: unknown): unknown {
  if (typeof value === 'string') return removeInvisible(value)
  if (Array.isArray(value)) return value.map(clean)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, clean(inner)]))
}
