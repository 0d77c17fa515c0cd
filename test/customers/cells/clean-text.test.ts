import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanText, isBlank } from '../../../src/customers/cells/clean-text.ts'
import { repairOf } from '../../../src/customers/cells/unwrap-text.ts'

describe('cleanText', () => {
  it.each([
    ['Sean O&#039;Brien', "Sean O'Brien"],
    ['Sean O&#39;Brien', "Sean O'Brien"],
    ['Sean O&#x27;Brien', "Sean O'Brien"],
    ['Meena D&apos;Souza', "Meena D'Souza"],
    ['Rao &amp; Sons', 'Rao & Sons'],
    ['Rao &amp;amp; Sons', 'Rao & Sons'],
    ['O&amp;#039;Brien', "O'Brien"],
    ['&quot;Asha&quot; Stores', '"Asha" Stores'],
    ['Ren&eacute;', 'René'],
    ['M&uuml;ller&nbsp;GmbH', 'Müller GmbH'],
    ['Flat 4 &ndash; 5', 'Flat 4 – 5'],
    ['&#43;919812345678', '+919812345678'],
    ['a &lt;b&gt;', 'a <b>'],
    ['&nbsp;', ''],
    ['&#128512;', '😀'],
  ])('reads what a web page escaped in %j as %j', (cell, text) => {
    expect(cleanText(cell)).toBe(text)
    expect(isBlank(cell)).toBe(text === '')
  })

  it.each([
    ["'Asha Rao'", 'Asha Rao'],
    ["'D'Souza'", "D'Souza"],
    ["'0123'", '0123'],
    ['"Asha Rao"', 'Asha Rao'],
    ['“Asha Rao”', 'Asha Rao'],
    ['„Anna Klein“', 'Anna Klein'],
    ['„Anna Klein”', 'Anna Klein'],
    ['”Anna Holm”', 'Anna Holm'],
    ['‘Asha’', 'Asha'],
    ['«Анна»', 'Анна'],
    ['« Anne »', 'Anne'],
    ['`Asha`', 'Asha'],
    ['"\'Asha\'"', 'Asha'],
    ['\\"Asha\\"', 'Asha'],
    ['""', ''],
    ["''", ''],
    ['“”', ''],
  ])('takes the quotation marks around %j off', (cell, text) => {
    expect(cleanText(cell)).toBe(text)
    expect(isBlank(cell)).toBe(text === '')
  })

  it.each([
    ['Asha \\"Bunty\\" Rao', 'Asha "Bunty" Rao'],
    ["O\\'Brien", "O'Brien"],
    ['"7 \\"B\\""', '7 "B"'],
    ['"\\"Asha\\" Rao"', '"Asha" Rao'],
    ['7 \\"A\\" Wing', '7 "A" Wing'],
  ])('reads what a database escaped in %j as %j', (cell, text) => {
    expect(cleanText(cell)).toBe(text)
  })

  it.each([
    ['"loan","pune"'],
    ['"Asha" and "Ravi"'],
    ["'Rock' n 'Roll'"],
    ['Asha "Bunty" Rao'],
    ['5" pipe'],
    ["D'Souza"],
    ['AT&T'],
    ['a & b; c'],
    ['R&D;'],
    ['&#0;'],
    ['&#xd800;'],
    ['C:\\temp'],
    ['«'],
    ['"'],
  ])('leaves %j as it is', (cell) => {
    expect(cleanText(cell)).toBe(cell)
    expect(isBlank(cell)).toBe(false)
  })

  it('is the same when it is done twice, but for what was escaped twice', () => {
    const mark = fc.constantFrom('"', "'", '“', '”', '«', '»', 'a', 'b c', ' ', '=', '.', '7')
    fc.assert(
      fc.property(fc.array(mark, { maxLength: 12 }), (parts) => {
        const once = cleanText(parts.join(''))
        expect(once).toBe(once.trim())
        expect(isBlank(parts.join(''))).toBe(once === '')
      }),
    )
  })

  it.each([
    ['Rao &amp; Sons', 'entities'],
    ["'Asha'", 'quotes'],
    ['O\\"Brien', 'quotes'],
    ['Asha', null],
    ["'0123", null],
    ['="0123"', null],
    ['AT&T', null],
  ])('tells the receipt of %j: %j', (cell, repair) => {
    expect(repairOf(cell)).toBe(repair)
  })
})
