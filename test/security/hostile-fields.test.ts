import mongoose from 'mongoose'
import { describe, expect, it } from 'vitest'
import { createModels } from '../../models/index.ts'
import { parseFields } from '../../src/customers/fields/parse-fields.ts'
import { AppError } from '../../src/errors.ts'

const field = (name: string) => `fields: [{name: ${JSON.stringify(name)}, type: text}]`
const { customers } = createModels(mongoose.createConnection())
/** The bot's own record keeping in a customer. */
const KEPT = Object.keys(customers.schema.obj).filter((name) => name !== 'primary_phone')

describe("a team's fields.yml", () => {
  it.each([
    ...[
      '$where',
      '$set',
      '$',
      'a.b',
      'attributes.city',
      'primary_phone.x',
      'a\u0000b',
      'city\u202E',
      '',
      ' ',
    ],
    ...[
      '__proto__',
      'constructor',
      'prototype',
      'toString',
      'hasOwnProperty',
      'valueOf',
      'toJSON',
      '__v',
      '_id',
      'id',
    ],
    ...['<!channel>', 'City', 'a-b', '1a', 'é', 'a'.repeat(65)],
    ...KEPT,
  ])('takes no field called %j', (name) => {
    expect(() => parseFields(field(name), 'fields.yml')).toThrow(
      expect.objectContaining({ code: 'fields_invalid' }),
    )
  })

  it('knows what is kept of a customer', () => {
    expect(KEPT).toEqual(
      expect.arrayContaining(['written_phone', 'attributes', 'upload_count', 'last_upload']),
    )
  })

  it.each([
    ['a key that is a prototype', '__proto__: {isAdmin: true}\nfields: [{name: a, type: text}]'],
    ['a field with one', 'fields: [{name: a, type: text, __proto__: {isAdmin: true}}]'],
    [
      'a field with a constructor',
      'fields: [{name: a, type: text, constructor: {prototype: {isAdmin: true}}}]',
    ],
    ['aliases that grow', 'a: &a [x, x]\nb: &b [*a, *a]\nfields: *b'],
    ['a type of JavaScript', 'fields: !!js/function "function () { return 1 }"'],
    ['a type nobody knows', 'fields: [{name: a, type: constructor}]'],
    ['a mode nobody knows', 'mode: __proto__\nfields: [{name: a, type: text}]'],
  ])('is refused with %s, and pollutes nothing', (_, text) => {
    expect(() => parseFields(text, 'fields.yml')).toThrow(AppError)

    expect(Reflect.get({}, 'isAdmin')).toBeUndefined()
    expect(Reflect.get([], 'isAdmin')).toBeUndefined()
  })

  it.each(['__proto__', 'constructor', 'toString', '$where'])(
    'with a synonym called %s finds a field by it, and nothing else',
    (synonym) => {
      const catalogue = parseFields(
        `fields: [{name: branch, type: text, synonyms: [${JSON.stringify(synonym)}]}]`,
        'fields.yml',
      )

      expect(catalogue.field('branch')).toMatchObject({ name: 'branch', type: 'text' })
      for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty'])
        expect(catalogue.field(name)).toBeNull()
      expect(catalogue.match(['hasownproperty'])).toBeNull()
    },
  )
})
