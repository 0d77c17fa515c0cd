import { describe, expect, it } from 'vitest'
import { nameOfRegion, regionOfHint } from '../../../src/customers/phones/country-region.ts'
import { formatPhone } from '../../../src/customers/phones/format-phone.ts'
import { listRegions } from '../../../src/customers/phones/numbering-plan.ts'
import { parsePhoneQuery } from '../../../src/customers/phones/parse-phone-query.ts'

describe('parsePhoneQuery', () => {
  it.each([
    '07417119014',
    '+91 74171 19014',
    '917417119014',
    ' 7417119014 ',
    '<tel:+917417119014|+91 74171 19014>',
    '<tel:7417119014>',
    '७४१७११९०१४',
    'tel:+917417119014',
  ])('finds the phone in %s', (text) => {
    expect(parsePhoneQuery(text, 'IN')).toEqual({ kind: 'phone', phone: '+917417119014' })
  })

  it('says why there is none, for each trouble in words of its own', () => {
    const queries = ['', 'Kushal', '123', '98XXXXXX10'].map((text) => parsePhoneQuery(text, 'IN'))

    expect(queries.every(({ kind }) => kind === 'invalid')).toBe(true)
    expect(new Set(queries.map((query) => query.kind === 'invalid' && query.reason)).size).toBe(4)
  })
})

describe('formatPhone', () => {
  it.each([
    ['+917417119014', '+91 74171 19014'],
    ['+16502530000', '+1 650 253 0000'],
    ['+493012345678', '+49 30 12345678'],
    ['not a phone', 'not a phone'],
  ])('writes %s as %s', (e164, written) => {
    expect(formatPhone(e164)).toBe(written)
  })
})

describe('regionOfHint of a country', () => {
  it.each([
    ['India', 'IN'],
    ['in', 'IN'],
    ['IND', 'IN'],
    ['भारत', 'IN'],
    ['Indien', 'IN'],
    ['INDIA (+91)', 'IN'],
    ['+91', 'IN'],
    ['USA', 'US'],
    ['U.S.A.', 'US'],
    ['United States of America', 'US'],
    ['The Netherlands', 'NL'],
    ['UK', 'GB'],
    ['Côte d’Ivoire', 'CI'],
    ['Россия', 'RU'],
    ['UAE', 'AE'],
    ['Österreich', 'AT'],
    ['Atlantis', null],
    ['', null],
    ['999', null],
    ['constructor', null],
  ])('takes %j for %s', (text, region) => {
    expect(regionOfHint(text, null)).toBe(region)
  })

  it('knows every region by its English name and its code', () => {
    const unknown = listRegions().filter(
      (region) => region !== 'AC' && region !== 'TA' && regionOfHint(nameOfRegion(region), null) !== region,
    )
    expect(unknown).toEqual([])
    expect(listRegions().every((region) => regionOfHint(region, null) === region)).toBe(true)
  })
})

describe('regionOfHint of a dialling code', () => {
  it.each([
    ['91', null, 'IN'],
    ['+91', null, 'IN'],
    ['0091', null, 'IN'],
    ['1', 'CA', 'CA'],
    ['1', 'IN', 'US'],
    ['1-876', null, 'US'],
    ['44', 'IM', 'IM'],
    ['9999', null, null],
    ['', null, null],
    ['abc', null, null],
  ])('takes %j with %s for %s', (code, preferred, region) => {
    expect(regionOfHint(code, preferred)).toBe(region)
  })
})
