import { describe, expect, it } from 'vitest'
import {
  createBlankWords,
  DEFAULT_BLANK_WORDS,
  isPlaceholder,
} from '../../../src/customers/cells/blank-words.ts'

const WORDS = DEFAULT_BLANK_WORDS

describe('words for nothing', () => {
  it.each([
    ['NULL'],
    ['null'],
    ['Null'],
    ['(null)'],
    ['[NULL]'],
    ['<null>'],
    ['\\N'],
    ['nan'],
    ['NaN'],
    ['NaT'],
    ['<NA>'],
    ['NA'],
    ['N/A'],
    ['n/a'],
    ['N.A.'],
    ['None'],
    ['none'],
    ['nil'],
    ['undefined'],
    ['(blank)'],
    ['Not Available'],
    ['not applicable'],
    ['.'],
    ['-'],
    ['--'],
    ['—'],
    ['___'],
    ['...'],
  ])('takes %j for a blank cell in every column', (text) => {
    expect(isPlaceholder(text)).toBe(true)
    expect(WORDS.has(text, 'name')).toBe(true)
    expect(WORDS.has(text, 'field')).toBe(true)
    expect(WORDS.has(text, 'attribute')).toBe(true)
  })

  it.each([
    ['Unknown'],
    ['k.A.'],
    ['Keine Angabe'],
    ['non renseigné'],
    ['NON RENSEIGNÉ'],
    ['sin datos'],
    ['Não informado'],
    ['non disponibile'],
    ['n.v.t.'],
    ['brak danych'],
    ['не указано'],
    ['Нет данных'],
    ['उपलब्ध नहीं'],
    ['不明'],
    ['없음'],
    ['لا يوجد'],
    ['không có'],
    ['tidak ada'],
    ['*'],
    ['?'],
  ])('takes %j for a blank cell in a field, and for an answer in a column it does not know', (text) => {
    expect(WORDS.has(text, 'name')).toBe(true)
    expect(WORDS.has(text, 'field')).toBe(true)
    expect(WORDS.has(text, 'attribute')).toBe(false)
  })

  it.each([['anonymous'], ['no name'], ['Anonym']])('takes %j for nobody', (text) => {
    expect(WORDS.has(text, 'name')).toBe(true)
    expect(isPlaceholder(text)).toBe(true)
    expect(WORDS.has(text, 'field')).toBe(false)
  })

  it.each([
    ['Na'],
    ['Nan'],
    ['Nat'],
    ['Nanda'],
    ['Nilesh'],
    ['Nonika'],
    ['Nullmeier'],
    ['Unni'],
    ['N'],
    ['-7'],
    ['A-'],
    ['#12'],
  ])('keeps %j, which is a name or a value', (text) => {
    expect(WORDS.has(text, 'name')).toBe(false)
  })

  it.each([
    ['Asha null', 'Asha'],
    ['Asha NULL Rao', 'Asha Rao'],
    ['nan Rao', 'Rao'],
    ['Asha None', 'Asha'],
    ['Asha undefined', 'Asha'],
    ['Asha NA', 'Asha'],
    ['Asha .', 'Asha'],
    ['- Asha Rao', 'Asha Rao'],
    ['NULL NULL', ''],
    ['Asha (null)', 'Asha'],
  ])('takes what a program put for a missing part out of the name %j', (name, left) => {
    expect(WORDS.withoutGlued(name)).toBe(left)
  })

  it.each([
    ['KIM NA'],
    ['Kim Na'],
    ['Nan Goldin'],
    ['Asha N Rao'],
    ['Rao - Sons'],
    ['N. Rao'],
    ['Non Rao'],
    ['NULL'],
  ])('leaves the name %j alone', (name) => {
    expect(WORDS.withoutGlued(name)).toBe(name)
  })

  it('takes words of a team besides the usual ones, in every column', () => {
    const words = createBlankWords(['Kein Eintrag', '99'])
    expect(words.isOwn('kein eintrag')).toBe(true)
    expect(words.has('KEIN EINTRAG', 'attribute')).toBe(true)
    expect(words.has('NULL', 'field')).toBe(true)
    expect(words.isOwn('NULL')).toBe(false)
    expect(words.isOwn('991')).toBe(false)
  })

  it('keeps a word that a team says is a value', () => {
    const words = createBlankWords(['!Null', '!-'])
    expect(words.has('Null', 'name')).toBe(false)
    expect(words.has('NULL', 'field')).toBe(false)
    expect(words.has('-', 'field')).toBe(false)
    expect(words.withoutGlued('Chris Null')).toBe('Chris Null')
    expect(words.has('N/A', 'field')).toBe(true)
  })
})
