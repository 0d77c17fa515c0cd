import { expect, it } from 'vitest'
import { CALLS_PER_TOKEN, createSpareTokens, listTokens } from '../../../dev/strict/spare-tokens.ts'

it('uses the spares of a token in turn, each less often than `emulate` allows', () => {
  const withSpare = createSpareTokens()
  const use = (authorization: string) => {
    const headers = new Headers({ authorization })
    const call = withSpare({ method: 'POST', path: '/api/auth.test', headers, body: Buffer.from('') })
    return call.headers.get('authorization')?.replace('Bearer ', '')
  }
  const tokens = listTokens('xoxb-1')

  const used = Array.from({ length: CALLS_PER_TOKEN * 3 }, () => use('Bearer xoxb-1'))

  const counts = new Map<string | undefined, number>()
  for (const token of used) counts.set(token, (counts.get(token) ?? 0) + 1)
  expect([...counts]).toEqual(tokens.slice(0, 3).map((token) => [token, CALLS_PER_TOKEN]))
  expect(use('Bearer xoxp-2')).toBe('xoxp-2')
  expect(use('none')).toBe('none')
})
