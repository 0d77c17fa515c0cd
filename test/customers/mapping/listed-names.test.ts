import { describe, expect, it } from 'vitest'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/field-catalogue.ts'
import { mapHeader } from '../../../src/customers/mapping/map-header.ts'

const ROWS = [
  ['Asha Rao', 'Guru Das', '9876543210'],
  ['Ravi Nair', 'Hema Lal', '9845012345'],
  ['Mira Sen', 'Guru Das', '9900011122'],
]

/** The headings read as the name. */
function namesOf(header: readonly string[], rows: readonly (readonly string[])[] = ROWS): readonly string[] {
  const mapped = mapHeader(header, rows, {
    catalogue: DEFAULT_CATALOGUE,
    region: 'IN',
    dateOrder: 'day_first',
  })
  if (mapped.kind !== 'mapped') return ['unknown phone']
  return mapped.mapping.columns.filter(({ field }) => field === 'full_name').map((column) => column.header)
}

describe("the name of a list's people", () => {
  it.each([
    'Student Name',
    'Patient Name',
    'Name of Student',
    'Name of the Applicant',
    'Policy Holder Name',
    'Card Holder Name',
    'Passenger Name',
    'Beneficiary Name',
    'Loanee Name',
    'Employee Name',
    'Consignee Name',
    'Receiver Name',
    'Caller Name',
    'buyer-name',
    'Contact Person',
    'Patient',
    'Applicant',
    'Consignee',
    'Nom du patient',
    'Nombre del alumno',
    'Nome do paciente',
    'Nama siswa',
    'छात्र का नाम',
    'Grahak ka naam',
    'اسم المريض',
    'CUST_NM',
  ])('is found under %j', (heading) => {
    expect(namesOf([heading, 'City', 'Mobile'])).toEqual([heading])
  })

  it.each([
    [['Student Name', 'Name', 'Mobile'], 'Name'],
    [['Employee Name', 'Customer Name', 'Mobile'], 'Customer Name'],
    [['Buyer Name', 'Consignee Name', 'Consignee Phone'], 'Consignee Name'],
    [['Tenant Name', 'Landlord Name', 'Mobile'], 'Tenant Name'],
  ])('is one of several: %j', (header, name) => {
    expect(namesOf(header)).toEqual([name])
  })

  it.each(['Father Name', 'Guarantor Name', 'Agent Name', 'Nominee Name', 'Owner Name', 'User Id', 'Lead'])(
    'is never %j',
    (heading) => {
      expect(namesOf([heading, 'City', 'Mobile'])).toEqual([])
    },
  )

  it('is found among short and repeated names', () => {
    const rows = [...ROWS, ['A', 'Guru Das', '9812345671'], ['Asha Rao', 'Guru Das', '9812345672']]
    expect(namesOf(['Student Name', 'City', 'Mobile'], [...rows, ...rows, ...rows])).toEqual(['Student Name'])
  })

  it('is no column of the same few words', () => {
    const rows = ROWS.map((row, at) => [at === 0 ? 'no' : 'yes', ...row.slice(1)])
    const many = Array.from({ length: 4 }, () => rows).flat()
    expect(namesOf(['Donor', 'City', 'Mobile'], many)).toEqual([])
  })
})
