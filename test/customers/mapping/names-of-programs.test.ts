import { expect, it } from 'vitest'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/field-catalogue.ts'
import { mapHeader } from '../../../src/customers/mapping/map-header.ts'
import { createRowReader } from '../../../src/customers/rows/row-reader.ts'

const PHONE = '9812345671'

function valuesOf(header: readonly string[], cells: readonly string[]): unknown {
  const options = { catalogue: DEFAULT_CATALOGUE, region: 'IN', dateOrder: 'day_first' } as const
  const found = mapHeader(['Mobile', ...header], [[PHONE, ...cells]], options)
  if (found.kind !== 'mapped') throw new Error('the phone column is unknown')
  const read = createRowReader(found.mapping, ['Mobile', ...header], { ...options, clearWord: '#CLEAR' })
  const row = read({ line: 2, cells: [PHONE, ...cells] })
  return row.kind === 'customer' ? row.values : row
}

it.each([
  [['Nombre', 'Apellido paterno', 'Apellido materno'], ['Ana', 'Ruiz', 'Soto'], 'Ana Ruiz Soto'],
  [['NOMBRES', 'APELLIDOS'], ['Ana María', 'Ruiz Soto'], 'Ana María Ruiz Soto'],
  [['SURNAME', 'OTHER NAMES'], ['Adeyemi', 'Fola Kemi'], 'Fola Kemi Adeyemi'],
  [['Initials', 'Surname'], ['T', 'Mokoena'], 'T Mokoena'],
  [['نام', 'نام خانوادگی'], ['علی', 'رضایی'], 'علی رضایی'],
  [['Cliente'], ['João Silva'], 'João Silva'],
  [['What is your full name?'], ['Asha Rao'], 'Asha Rao'],
  [['NAMES'], ['Wanjiku Mary'], 'Wanjiku Mary'],
])('makes a name of %j', (header, cells, name) => {
  expect(valuesOf(header, cells)).toEqual({ full_name: name })
})

it.each(['Outstanding AED', 'LOAN BALANCE KES', 'OUTSTANDING (N)'])(
  'sees through the currency behind an amount: %s',
  (heading) => {
    expect(valuesOf([heading], ['12,500.00'])).toEqual({ outstanding_amount: 12500 })
  },
)
