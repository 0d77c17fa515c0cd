import { removeInvisible } from '../../src/customers/cells/index.ts'
import type { Reply } from '../reply/index.ts'

/**
 * What people typed, and what their files are called, may hold signs that nobody sees and that turn the words around
 * them: `evil\u202Efdp.exe` reads `evilexe.pdf`. Nothing we say has any.
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
