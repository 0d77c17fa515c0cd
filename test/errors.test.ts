import { describe, expect, it } from 'vitest'
import { AppError, ERROR_CODES, formatError, ROW_PROBLEMS, toAppError } from '../src/errors.ts'

const DETAILS = {
  file: 'day-1.csv',
  columns: ['Name', 'City'],
  limit: '512 MB',
  problems: ['PORT is missing'],
  examples: ['+917417119014 (2 times)'],
  path: './data',
  reason: 'no reason',
  encoding: 'x',
  got: 1,
  expected: 2,
  kind: 'an Excel workbook',
  how: 'Save it as CSV.',
}

describe('the words for errors', () => {
  it.each(ERROR_CODES)('%s has a sentence and says what to do', (code) => {
    for (const details of [DETAILS, {}]) {
      const error = new AppError(code, details)
      expect(error.message).toMatch(/^[A-Z`].*\.$/s)
      expect(error.next).toMatch(/^[A-Z`].*\.$/s)
      expect(`${error.message}${error.next}`).not.toMatch(/undefined|\[object|NaN/)
    }
  })

  it.each(Object.entries(ROW_PROBLEMS))('%s says how the row is fixed', (_code, words) => {
    expect(words).toMatch(/^[A-Z].*\.$/s)
  })

  it('keeps the original as the cause, and shows the person none of it', () => {
    const original = new TypeError('x is not a function')
    const error = toAppError(original)
    expect(error.code).toBe('unexpected')
    expect(error.cause).toBe(original)
    expect(error.message).not.toContain('function')
  })

  it('puts several problems on lines of their own, and what to do apart from them', () => {
    const one = new AppError('config_invalid', { problems: ['PORT must be a whole number'] })
    const two = new AppError('config_invalid', {
      problems: ['PORT is odd', 'LOG_LEVEL must be info, or warn'],
    })

    expect(formatError(one).split('\n')).toHaveLength(1)
    expect(formatError(two).split('\n')).toEqual([
      'config_invalid: Some settings are missing or wrong:',
      '  • PORT is odd.',
      '  • LOG_LEVEL must be info, or warn.',
      expect.stringMatching(/^Correct them/),
    ])
  })

  it('leaves an error of ours as it is', () => {
    const error = new AppError('file_empty')
    expect(toAppError(error)).toBe(error)
  })
})
