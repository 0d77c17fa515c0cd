import { mongo } from 'mongoose'
import { describe, expect, it } from 'vitest'
import { AppError, ERROR_CODES, formatError, isTransientFailure, toAppError } from '../src/errors.ts'
import { ROW_PROBLEMS } from '../src/row-problems.ts'

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

describe('the translator of database errors', () => {
  const named = (name: string, code?: number | string) => Object.assign(new Error('text'), { name, code })
  const bulkFailure = (...codes: number[]) =>
    Object.assign(named('MongoBulkWriteError', codes[0]), { writeErrors: codes.map((code) => ({ code })) })

  it.each([
    [named('MongoNetworkError'), 'database_unavailable'],
    [named('MongooseServerSelectionError'), 'database_unavailable'],
    [new mongo.MongoServerError({ code: 189 }), 'database_unavailable'],
    [new mongo.MongoServerError({ code: 14031 }), 'database_full'],
    [new mongo.MongoServerError({ code: 2 }), 'database_failed'],
    [named('Error', 'ECONNRESET'), 'database_unavailable'],
    [named('MongoBulkWriteError', 'ECONNRESET'), 'database_unavailable'],
    [named('MongoBulkWriteError'), 'database_unavailable'],
    [bulkFailure(11000, 11000), 'database_failed'],
    [bulkFailure(11000, 14031), 'database_full'],
    [named('MongoServerClosedError'), 'database_unavailable'],
    [new mongo.MongoServerError({ code: 13 }), 'database_refused'],
    [new mongo.MongoServerError({ code: 18 }), 'database_refused'],
    [new mongo.MongoServerError({ code: 8000 }), 'database_refused'],
    [bulkFailure(11000, 13), 'database_refused'],
    [new TypeError('ours'), 'unexpected'],
    [named('Error', 'EACCES'), 'unexpected'],
    [named('AxiosError', 'ECONNRESET'), 'unexpected'],
    [new TypeError('fetch failed', { cause: named('Error', 'ECONNREFUSED') }), 'unexpected'],
  ])('gives %s the code %s', (error, code) => {
    const translated = toAppError(error)
    expect(translated.code).toBe(code)
    expect(translated.cause).toBe(error)
  })

  it.each(['RetryableWriteError', 'RetryableError', 'SystemOverloadedError'])(
    'takes what a server labels %s for something that passes, whatever its code',
    (label) => {
      const error = new mongo.MongoServerError({ code: 123_456, errorLabels: [label] })

      expect(toAppError(error).code).toBe('database_unavailable')
      expect(toAppError(new mongo.MongoServerError({ code: 123_456 })).code).toBe('database_failed')
    },
  )

  it.each([
    6, 7, 43, 50, 63, 64, 89, 91, 112, 133, 134, 150, 189, 202, 249, 262, 272, 279, 365, 391, 402, 406, 407,
    412, 433, 449, 450, 453, 462, 9001, 10058, 10107, 11600, 11601, 11602, 13388, 13435, 13436, 14031, 91331,
  ])('waits for a server that answers %i', (code) => {
    expect(toAppError(new mongo.MongoServerError({ code })).isTransient).toBe(true)
    expect(toAppError(bulkFailure(11000, code)).isTransient).toBe(true)
  })

  it('says which failures may pass by themselves', () => {
    expect(isTransientFailure(named('MongoNetworkError'))).toBe(true)
    expect(isTransientFailure(new mongo.MongoServerError({ code: 2 }))).toBe(false)
    expect(isTransientFailure(new AppError('slack_unavailable'))).toBe(true)
    expect(isTransientFailure(new AppError('file_empty'))).toBe(false)
    expect(isTransientFailure(new TypeError('ours'))).toBe(false)
  })
})
