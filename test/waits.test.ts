import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const WAITS = /\bvi\.wait(?:For|Until)\(/g
/** The time of a wait, or the name of its options. */
const LIMIT = /\btimeout\b|\b[A-Z]{4,}\b|,\s*[\d_]+,?\s*\)$/

/** Calls in a text, from their name to the bracket that ends them. */
function* callsIn(text: string): Generator<string> {
  for (const { index, 0: name } of text.matchAll(WAITS)) {
    let end = index + name.length
    for (let open = 1; open > 0 && end < text.length; end += 1)
      open += Number(text[end] === '(') - Number(text[end] === ')')
    yield text.slice(index, end)
  }
}

it('every vi.waitFor says how long it waits: by itself it waits a second, which a busy machine takes', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  const calls = files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) =>
      [...callsIn(readFileSync(join(import.meta.dirname, file), 'utf8'))].map((call) => ({ file, call })),
    )

  expect(calls.length).toBeGreaterThan(10)
  // The one below shows that such a call is found.
  const found = { file: 'waits.test.ts', call: 'vi.waitFor(() => expect(seen).toBe(1))' }
  expect(calls.filter(({ call }) => !LIMIT.test(call))).toEqual([found])
})
