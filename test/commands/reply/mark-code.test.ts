import { describe, expect, it } from 'vitest'
import { markCode } from '../../../commands/reply/mark-code.ts'

describe('marking code', () => {
  it.each([
    ['`a.csv` is empty.', [{ code: 'a.csv' }, ' is empty.']],
    ['Type `/uploads` or `/customer`.', ['Type ', { code: '/uploads' }, ' or ', { code: '/customer' }, '.']],
    ['Nothing to mark.', ['Nothing to mark.']],
    ['One ` alone stays.', ['One ` alone stays.']],
    ['', []],
  ])('%s', (text, marked) => {
    expect(markCode(text)).toEqual(marked)
  })
})
