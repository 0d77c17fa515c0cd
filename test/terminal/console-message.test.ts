import { describe, expect, it } from 'vitest'
import { AppError, type ErrorCode, toAppError } from '../../src/errors.ts'
import { formatForConsole } from '../../src/terminal/console-message.ts'

/** Errors that can end a program before it connects to Slack. */
const ENDINGS: readonly ErrorCode[] = [
  'config_invalid',
  'fields_invalid',
  'path_unreadable',
  'port_unavailable',
  'database_unavailable',
  'database_duplicates',
  'database_in_use',
  'database_not_installable',
  'database_newer',
  'database_failed',
  'database_refused',
  'slack_unavailable',
  'slack_refused',
  'unexpected',
]

describe('what a console says of an error that ends a program', () => {
  it.each(ENDINGS)('%s sends whoever runs the bot to nobody else, and to no reference', (code) => {
    const text = formatForConsole(new AppError(code, { reason: 'invalid_auth', port: 3000 }))

    expect(text).toMatch(new RegExp(`^${code}: `))
    expect(text).not.toMatch(
      /(?:ask|tell) the person who runs|reference below|by itself|try again in a minute/i,
    )
  })

  it.each(['password', 'rights', 'address', 'database', 'certificate', 'version', 'another'])(
    'says what to do where the database refuses the bot: %s',
    (reason) => {
      const answer = formatForConsole(new AppError('database_refused', { reason }))

      expect(answer).toMatch(/^database_refused: [A-Z].*\. [A-Z].*\.$/s)
      expect(answer).not.toMatch(/(?:ask|tell) the person who runs|reference below|undefined/i)
    },
  )

  it('tells what nobody foresaw in its own words', () => {
    expect(formatForConsole(toAppError(new TypeError('x is odd')))).toContain('\nTypeError: x is odd')
  })
})
