import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  endingWord,
  foldIdentifier,
  foldWord,
  formerEndingWord,
  searchWordsOf,
  searchWordsOfValues,
  sharedWordsOf,
  splitName,
} from '../../../src/uploads/rows/search-words.ts'

describe('the words a customer is found by', () => {
  it.each([
    ['Kushal Sharma', ['kushal', 'sharma']],
    ['  KUSHAL   SHARMA ', ['kushal', 'sharma']],
    ["Rohan D'Souza", ['rohan', 'dsouza', 'souza']],
    ['José Peña-Núñez', ['jose', 'pena', 'nunez']],
    ['कुशल शर्मा', ['कुशल', 'शर्मा']],
    ['A.P.J. Abdul Kalam', ['a', 'p', 'j', 'abdul', 'kalam']],
    ['😀', []],
    ['', []],
  ])('of the name %s are %j', (name, words) => {
    expect(splitName(name)).toEqual(words)
  })

  it('are an e-mail address and a loan ID as a whole', () => {
    expect(foldWord('Kushal.Sharma@Example.com')).toBe('kushal.sharma@example.com')
    expect(foldIdentifier('SL-1001')).toBe('sl1001')
    expect(foldIdentifier('sl 10/01')).toBe('sl1001')
  })

  it('come from what a row changed, and from nothing else', () => {
    expect(
      searchWordsOf({
        full_name: { from: 'Kushal Sarma', to: 'Kushal Sharma' },
        city: { from: null, to: 'Pune' },
        loan_id: { from: null, to: 'SL-1001' },
        email: { from: 'k@example.com', to: null },
      }),
    ).toEqual(['kushal', 'sharma', 'sl1001'])
    expect(searchWordsOf({ country: { from: null, to: 'India' } })).toEqual([])
  })

  it('are a city and a state in one word each, and where an address is', () => {
    const changes = {
      email: { from: null, to: 'K.Sharma@Example.com' },
      city: { from: 'Pune', to: 'Navi Mumbai' },
      state: { from: null, to: 'Tamil Nadu' },
    }
    expect(sharedWordsOf(changes)).toEqual([':navimumbai', ':tamilnadu', '@example.com'])
    expect(searchWordsOf(changes)).toEqual(['k.sharma@example.com'])
    expect(sharedWordsOf({ city: { from: 'Pune', to: null } })).toEqual([])
    expect(searchWordsOfValues({ full_name: 'Lata', city: 'Goa' })).toEqual(['lata', ':goa'])
  })

  it.each(['@example.com', ' @example.com', 'nobody'])('have no domain where the address is "%s"', (to) => {
    expect(sharedWordsOf({ email: { from: null, to } })).toEqual([])
  })

  it('are how a phone ends, from its last digit on, where nobody had it before', () => {
    expect(searchWordsOf({}, '+917417119014')).toEqual([';410'])
    expect(searchWordsOf({ city: { from: null, to: 'Pune' } })).toEqual([])
    expect(endingWord('19014')).toBe(';410')
    expect(formerEndingWord('19014')).toBe(';41091')
  })

  it('are of a city and of an address, also where both are written alike', () => {
    const twice = () =>
      sharedWordsOf({ city: { from: null, to: '@Example.com' }, email: { from: null, to: 'k@Example.com' } })

    expect(twice()).toEqual([':examplecom', '@example.com'])
    expect(twice()).toEqual([':examplecom', '@example.com'])
  })

  it('are second phones that became new, and no text in their place', () => {
    const other_phones = {
      from: ['+919820000101'],
      to: ['+919820000101', '+919820000102', 'ask at the desk'],
    }

    expect(searchWordsOf({ other_phones })).toEqual(['+919820000102', ';201'])
    expect(searchWordsOf({ other_phones: { from: ['+919820000101'], to: null } })).toEqual([])
  })

  it('are few and short, whatever a name holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (name) => {
        const words = splitName(name)
        expect(words.length).toBeLessThanOrEqual(8)
        for (const word of words) expect([...word].length).toBeLessThanOrEqual(60)
        expect(splitName(words.join(' '))).toEqual(words)
      }),
    )
  })
})
