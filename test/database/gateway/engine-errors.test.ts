import { describe, expect, it } from 'vitest'
import {
  CommandError,
  codeOfPackedState,
  errorText,
  sqlStateOf,
  toCommandError,
} from '../../../src/database/gateway/engine-errors.ts'

describe('the engine’s codes', () => {
  it.each([
    [319029277, 'M001C', 11000],
    [16777245, 'M0001', 2],
    [50331677, 'M0003', 9],
    [67108893, 'M0004', 14],
    [285212701, 'M000A', 28],
    [335544349, 'M000D', 40],
    [385875997, 'M000G', 52],
    [486539293, 'M000M', 66],
    [503316509, 'M000N', 67],
    [520093725, 'M000O', 68],
  ])('reads the packed state %i as %s, MongoDB’s %i', (packed, state, code) => {
    const { code: fromState } = toCommandError(Object.assign(new Error('failed'), { code: state }))
    expect([fromState, codeOfPackedState(packed).code]).toEqual([code, code])
  })

  it.each([
    ['M001C', 11000, 'DuplicateKey'],
    ['23505', 11000, 'DuplicateKey'],
    ['23P01', 11000, 'DuplicateKey'],
    ['M0008', 26, 'NamespaceNotFound'],
    ['M000E', 43, 'CursorNotFound'],
    ['M000F', 48, 'NamespaceExists'],
    ['57014', 50, 'MaxTimeMSExpired'],
    ['40P01', 112, 'WriteConflict'],
    ['XX000', 1, 'InternalError'],
    [undefined, 1, 'InternalError'],
  ])('reads the state %s as %i %s', (state, code, codeName) => {
    expect(toCommandError(Object.assign(new Error('failed'), { code: state }))).toMatchObject({
      code,
      codeName,
    })
  })

  it('leaves a code alone that is MongoDB’s already', () => {
    expect([codeOfPackedState(11000).code, codeOfPackedState(123456789).code]).toEqual([11000, 1])
  })
})

describe('toCommandError', () => {
  it('keeps the code, the words and the cause of what the engine threw', () => {
    const thrown = Object.assign(new Error('Duplicate key violation'), { code: '23P01' })
    expect(toCommandError(thrown)).toMatchObject({
      code: 11000,
      codeName: 'DuplicateKey',
      message: 'E11000 Duplicate key violation',
      cause: thrown,
    })
  })

  it('does not take the code of a lost socket for an SQLSTATE', () => {
    const thrown = Object.assign(new Error('gone'), { code: 'ECONNRESET' })
    expect([sqlStateOf(thrown), toCommandError(thrown).code, toCommandError('odd').message]).toEqual([
      undefined,
      1,
      'odd',
    ])
  })

  it('passes our own errors on', () => {
    const own = new CommandError(59, 'CommandNotFound', 'no such command')
    expect(toCommandError(own)).toBe(own)
    expect(errorText(11000, 'E11000 once')).toBe('E11000 once')
  })
})
