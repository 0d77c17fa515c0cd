import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { nearestFilter, parseCustomerFilter, phraseFilter } from '../../../commands/filter/index.ts'
import {
  chooseCommand,
  FORMS,
  parseCustomerRequest,
  parseLookup,
  parseRecent,
  parseUploadsRequest,
} from '../../../commands/forms/index.ts'
import { replaceFormTables } from '../../../dev/docs/describe-forms.ts'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/field-catalogue.ts'
import { type CustomerFilter, readFilter, writeFilter } from '../../../src/uploads/filters/index.ts'
import { FORM_OPTIONS } from './support/form-options.ts'

const customerOf = (text: string) => parseCustomerRequest(text, FORM_OPTIONS)
const uploadsOf = (text: string) => parseUploadsRequest(text, FORM_OPTIONS)

function meaningOf(command: string, text: string): string {
  if (command === '/customer') return customerOf(text).kind
  const request = uploadsOf(text)
  return request.kind === 'word' ? request.word : request.kind
}

describe('the table of forms', () => {
  it.each(FORMS.map((form) => [`${form.command} ${form.example}`, form] as const))(
    'has %s as the parser reads it',
    (_, { command, example, means }) => {
      expect(meaningOf(command, example)).toBe(means)
      expect(meaningOf(command, example.toUpperCase())).toBe(means)
      expect(meaningOf(command, `  ${example.replaceAll(' ', '  ')} `)).toBe(means)
    },
  )

  it('is the one in docs/commands.md (else: npm run docs:forms)', () => {
    const page = readFileSync(new URL('../../../docs/commands.md', import.meta.url), 'utf8')

    expect(replaceFormTables(page)).toBe(page)
  })

  it('has every form once', () => {
    const typed = FORMS.map(({ command, example }) => `${command} ${example}`)

    expect(new Set(typed).size).toBe(typed.length)
  })
})

describe('what /customer is asked', () => {
  it.each<[string, object]>([
    ['', { kind: 'help' }],
    ['help', { kind: 'help' }],
    ['forget 07417119014', { kind: 'forget', who: '07417119014' }],
    ['kushal history', { kind: 'history', who: 'kushal' }],
    ['history of kushal', { kind: 'history', who: 'kushal' }],
    ['07417119014 yesterday', { kind: 'on_day', who: '07417119014', day: '2026-01-19' }],
    ['07417119014, 9000000101', { kind: 'several', terms: ['07417119014', '9000000101'] }],
    ['07417119014\n9000000101', { kind: 'several', terms: ['07417119014', '9000000101'] }],
    ['07417119014 and 9000000101', { kind: 'several', terms: ['07417119014', '9000000101'] }],
    ['Sharma, Kushal', { kind: 'several', terms: ['Sharma', 'Kushal'], whole: 'Sharma Kushal' }],
    ['merge 07417119014 and 9000000101', { kind: 'not_offered', verb: 'merge' }],
    ['delete kushal', { kind: 'not_offered', verb: 'delete', who: 'kushal' }],
    ['kushal and meena', { kind: 'several', terms: ['kushal', 'meena'], whole: 'kushal and meena' }],
    ['9000000101 9000000102', { kind: 'several', terms: ['9000000101', '9000000102'] }],
    ['9000000101/9000000102', { kind: 'several', terms: ['9000000101', '9000000102'] }],
    ['+91 9000000101 +91 9000000102', { kind: 'several', terms: ['+91 9000000101', '+91 9000000102'] }],
    ['74171 19014', { kind: 'lookup' }],
    ['+91 74171 19014', { kind: 'lookup' }],
    ['forget', { kind: 'forget', who: '' }],
  ])('"%s"', (text, request) => {
    expect(customerOf(text)).toMatchObject(request)
  })

  it.each<[string, object]>([
    ['kushal sharma pune', { names: ['kushal', 'sharma', 'pune'] }],
    ['sharma in pune', { names: ['sharma'], place: 'pune' }],
    ['in navi mumbai', { names: [], place: 'navi mumbai' }],
    ['19014', { digits: '19014', names: [] }],
    ['74171 19014 kushal', { phone: '+917417119014', names: ['kushal'] }],
    ['kushal 74171-19014', { phone: '+917417119014', names: ['kushal'] }],
    ['*7417119014*', { phone: '+917417119014', star: 'both' }],
    ['*19014', { digits: '19014', star: 'before' }],
    ['74171*', { digits: '74171', star: 'behind' }],
    ['ending 19014', { digits: '19014', names: [] }],
    ['ends with 19014', { digits: '19014', names: [] }],
    ['@example.com', { domain: '@example.com' }],
    ['sharma @example.com', { domain: '@example.com', names: ['sharma'] }],
    ['<mailto:a@example.com|a@example.com>', { email: 'a@example.com' }],
    ['<tel:+917417119014|+91 74171 19014>', { phone: '+917417119014' }],
    ['who is kushal sharma?', { text: 'kushal sharma', names: ['kushal', 'sharma'] }],
    ['find customer kushal', { names: ['kushal'] }],
    ['"kushal sharma"', { names: ['kushal', 'sharma'] }],
    ['loan id SL-1001', { text: 'SL-1001' }],
    ['७४१७११९०१४', { phone: '+917417119014' }],
    ['kushal ka number batao', { core: 'kushal' }],
    ["kushal's phone", { core: 'kushal' }],
    ['pune wale customers', { core: 'pune' }],
    ['all customers in pune', { core: 'in pune', place: 'pune' }],
    ['SL-1001 status', { core: 'SL-1001' }],
  ])('a look-up of "%s"', (text, lookup) => {
    expect(parseLookup(text, 'IN')).toMatchObject(lookup)
  })
})

describe('what /uploads is asked', () => {
  it.each<[string, object]>([
    ['', { kind: 'help' }],
    ['today', { kind: 'word', word: 'recent' }],
    ['by ravi', { kind: 'word', word: 'recent' }],
    ['files by ravi last week', { kind: 'word', word: 'recent' }],
    ['42', { kind: 'word', word: 'show', text: '42' }],
    ['last', { kind: 'word', word: 'show', text: 'last' }],
    ['day-1.csv', { kind: 'word', word: 'show', text: 'day-1.csv' }],
    ['open 42', { kind: 'word', word: 'show', text: '42' }],
    ['who uploaded today?', { kind: 'who', text: 'today', period: { from: '2026-01-20' } }],
    ['who shared files this week', { kind: 'who', period: { from: '2026-01-19', until: '2026-01-25' } }],
    ['who uploaded', { kind: 'who', period: { from: '2026-01-20' } }],
    ['who uploaded 42', { kind: 'word', word: 'show', text: '42' }],
    ['how many customers in pune', { kind: 'word', word: 'count', text: 'customers in pune' }],
    ['kushal sharma', { kind: 'unknown' }],
    ['how many', { kind: 'word', word: 'count', text: '' }],
    ['kitne customers hai', { kind: 'word', word: 'count', text: 'customers hai' }],
    ['summary yesterday', { kind: 'word', word: 'digest', text: 'yesterday' }],
    ['report march.csv', { kind: 'word', word: 'show', text: 'report march.csv' }],
    ['status', { kind: 'word', word: 'recent', text: '' }],
    ['aaj', { kind: 'word', word: 'recent' }],
    ['kal ki files', { kind: 'word', word: 'recent' }],
    ["today's files", { kind: 'word', word: 'recent' }],
    ['what failed today', { kind: 'word', word: 'recent' }],
    ['last 3', { kind: 'word', word: 'recent', text: '3' }],
    ['files of ravi', { kind: 'word', word: 'recent' }],
    ['recnet', { kind: 'unknown', nearest: 'recent', isOffered: true }],
    ['todya', { kind: 'unknown', nearest: 'today', isOffered: true }],
    ['shwo 42', { kind: 'unknown', nearest: 'show 42', isOffered: true }],
    ['udno 42', { kind: 'unknown', nearest: 'undo 42' }],
    ['exprot', { kind: 'unknown', nearest: 'export' }],
  ])('"%s"', (text, request) => {
    expect(uploadsOf(text)).toMatchObject(request)
  })

  it.each(['udno 42', 'exprot pune', 'forgte 07417119014'])('is never offered for "%s"', (text) => {
    expect(uploadsOf(text)).not.toHaveProperty('isOffered')
  })
})

describe('what is written to the bot without a command', () => {
  it.each<[string, object]>([
    ['hello', { command: 'help' }],
    ['help', { command: 'help' }],
    ['/customer kushal', { command: '/customer', text: 'kushal' }],
    ['/uploads show 2', { command: '/uploads', text: 'show 2' }],
    ['today', { command: '/uploads', text: 'today' }],
    ['who uploaded today', { command: '/uploads' }],
    ['how many customers in pune', { command: '/uploads' }],
    ['undo 42', { command: '/uploads', text: 'undo 42' }],
    ['42', { command: '/uploads', text: '42' }],
    ['19014', { command: '/customer', text: '19014', isEnding: true }],
    ['#19014', { command: '/uploads' }],
    ['thanks!', { command: 'help' }],
    ['good morning team', { command: 'help' }],
    ['07417119014', { command: '/customer', text: '07417119014' }],
    ['kushal sharma pune', { command: '/customer', text: 'kushal sharma pune' }],
    ['history 07417119014', { command: '/customer' }],
    ['show 42', { command: '/uploads', text: 'show 42' }],
    ['show 07417119014', { command: '/customer', text: '07417119014' }],
    ['show kushal', { command: '/uploads', otherwise: { command: '/customer', text: 'kushal' } }],
  ])('"%s"', (text, request) => {
    expect(chooseCommand(text, FORM_OPTIONS)).toMatchObject(request)
  })
})

describe('a list of files', () => {
  it.each<[string, object]>([
    ['by ravi', { names: ['ravi'] }],
    ['by ravi and asha', { names: ['ravi', 'asha'] }],
    ['by ravi, asha', { names: ['ravi', 'asha'] }],
    ['by ravi & asha & ravi', { names: ['ravi', 'asha'] }],
    ['by ravi or <@U2ASHA> today', { names: ['ravi'], users: ['U2ASHA'], period: { text: 'today' } }],
    ['<@U2ASHA> and <@U3RAVI> last week', { users: ['U2ASHA', 'U3RAVI'] }],
    ['by me and asha', { users: ['U1'], names: ['asha'] }],
    ['files of ravi and asha failed', { names: ['ravi', 'asha'], isFailed: true }],
  ])('names its people: "%s"', (text, people) => {
    expect(parseRecent(text, FORM_OPTIONS)).toMatchObject({ kind: 'list', ...people })
    expect(uploadsOf(text)).toMatchObject({ kind: 'word', word: 'recent' })
  })

  it.each(['kushal sharma', 'kushal and meena', 'by a, b, c, d, e, f', 'by ravi and failedd'])(
    'is not understood: "%s"',
    (text) => {
      expect(parseRecent(text, FORM_OPTIONS)).toMatchObject({ kind: 'unknown' })
    },
  )
})

describe('a filter of customers', () => {
  it.each<[string, CustomerFilter, string?]>([
    ['', {}],
    ['all customers', {}],
    ['by city', {}, 'city'],
    ['pune', { places: ['pune'] }],
    ['customers in navi mumbai', { places: ['navi mumbai'] }],
    ['pune or goa', { places: ['pune', 'goa'] }],
    ['city pune', { places: ['pune'] }],
    ['without e-mail', { without: ['email'] }],
    ['with no email', { without: ['email'] }],
    ['without loan id and city', { without: ['loan_id', 'city'] }],
    ['without email and pune', { without: ['email'], places: ['pune'] }],
    ['has no city', { without: ['city'] }],
    ['with loan id in pune', { with: ['loan_id'], places: ['pune'] }],
    ['not refreshed for 30 days', { notSince: '2025-12-21' }],
    ['not seen since 1 Jan', { notSince: '2026-01-01' }],
    ['not in any file for two weeks', { notSince: '2026-01-06' }],
    ['due this week', { due: { from: '2026-01-19', until: '2026-01-25' } }],
    ['due before friday', { due: { until: '2026-01-22' } }],
    ['due by friday', { due: { until: '2026-01-23' } }],
    ['due tomorrow', { due: { from: '2026-01-21', until: '2026-01-21' } }],
    ['due next week', { due: { from: '2026-01-26', until: '2026-02-01' } }],
    ['due on 15 Mar', { due: { from: '2026-03-15', until: '2026-03-15' } }],
    ['due after 15 Jan', { due: { from: '2026-01-16' } }],
    ['overdue', { due: { until: '2026-01-19' } }],
    ['since monday', { changedSince: '2026-01-19' }],
    ['changed since 15 Jan', { changedSince: '2026-01-15' }],
    ['#42', { upload: 42 }],
    ['file 42 without email', { upload: 42, without: ['email'] }],
    [
      'in pune and without email and due this week',
      { places: ['pune'], without: ['email'], due: { from: '2026-01-19', until: '2026-01-25' } },
    ],
    ['without due date and city', { without: ['due_date', 'city'] }],
    ['customers pune me hai', { places: ['pune'] }],
    ['customers do we have', {}],
    ['loan over 50000', { amounts: [{ field: 'loan_amount', is: '>', value: 50_000 }] }],
    ['loan amount >= 1,20,000', { amounts: [{ field: 'loan_amount', is: '>=', value: 120_000 }] }],
    ['loan 5 lakh se zyada', { amounts: [{ field: 'loan_amount', is: '>', value: 500_000 }] }],
    ['amount due under rs 2.5k', { amounts: [{ field: 'due_amount', is: '<', value: 2_500 }] }],
    ['dpd at least 30', { amounts: [{ field: 'days_past_due', is: '>=', value: 30 }] }],
    ['50000+ loan', { amounts: [{ field: 'loan_amount', is: '>=', value: 50_000 }] }],
    ['due in 10 days', { due: { from: '2026-01-20', until: '2026-01-29' } }],
    ['due is hafte', { due: { from: '2026-01-19', until: '2026-01-25' } }],
    ['overdue by 10 days', { due: { until: '2026-01-10' } }],
    ['added this week', { added: { from: '2026-01-19', until: '2026-01-25' } }],
    ['new customers since monday', { added: { from: '2026-01-19' } }],
    ['changed yesterday', { changedSince: '2026-01-19', changedUntil: '2026-01-19' }],
    ['updated today', { changedSince: '2026-01-20' }],
    ['email is missing', { without: ['email'] }],
    ['with e-mail or loan id', { anyOf: [[{ with: ['email'] }, { with: ['loan_id'] }]] }],
    [
      'pune with e-mail or loan id',
      { places: ['pune'], anyOf: [[{ with: ['email'] }, { with: ['loan_id'] }]] },
    ],
    ['without e-mail or loan id', { without: ['email', 'loan_id'] }],
    ['missing e-mail or loan id', { anyOf: [[{ without: ['email'] }, { without: ['loan_id'] }]] }],
    ['email blank or city blank', { anyOf: [[{ without: ['email'] }, { without: ['city'] }]] }],
    [
      'overdue or due today in goa',
      {
        places: ['goa'],
        anyOf: [[{ due: { until: '2026-01-19' } }, { due: { from: '2026-01-20', until: '2026-01-20' } }]],
      },
    ],
    [
      'due today or tomorrow',
      {
        anyOf: [
          [
            { due: { from: '2026-01-20', until: '2026-01-20' } },
            { due: { from: '2026-01-21', until: '2026-01-21' } },
          ],
        ],
      },
    ],
    [
      'due today and tomorrow',
      {
        anyOf: [
          [
            { due: { from: '2026-01-20', until: '2026-01-20' } },
            { due: { from: '2026-01-21', until: '2026-01-21' } },
          ],
        ],
      },
    ],
    [
      'loan over 5 lakh or under 1 lakh',
      {
        anyOf: [
          [
            { amounts: [{ field: 'loan_amount', is: '>', value: 500_000 }] },
            { amounts: [{ field: 'loan_amount', is: '<', value: 100_000 }] },
          ],
        ],
      },
    ],
    ['overdue or in goa', { anyOf: [[{ due: { until: '2026-01-19' } }, { places: ['goa'] }]] }],
    [
      'company acme tools or pin code 411001',
      {
        anyOf: [
          [
            { values: [{ field: 'company', value: 'acme tools' }] },
            { values: [{ field: 'postal_code', value: '411001' }] },
          ],
        ],
      },
    ],
    [
      'with company acme due this week',
      {
        values: [{ field: 'company', value: 'acme' }],
        due: { from: '2026-01-19', until: '2026-01-25' },
      },
    ],
    ['goa or surat or in navi mumbai', { places: ['goa', 'surat', 'navi mumbai'] }],
    [
      'pune without e-mail due this week by state',
      {
        places: ['pune'],
        without: ['email'],
        due: { from: '2026-01-19', until: '2026-01-25' },
      },
      'state',
    ],
  ])('"%s"', (text, filter, by) => {
    const asked = parseCustomerFilter(text, FORM_OPTIONS)

    expect(asked).toEqual({ kind: 'filter', filter, ...(by !== undefined && { by }) })
    // The value of a button gives the same filter.
    expect(readFilter(writeFilter(filter), DEFAULT_CATALOGUE)).toEqual(filter)
  })

  it.each([
    'due blursday',
    'without shoe size',
    'since blursday',
    '12345',
    'by shoe',
    '$where',
    'today',
    'pune last week',
    'with e-mail and city or loan id',
    'overdue or goa without e-mail',
    '#42 or goa',
    'goa or #42',
    'changed yesterday or overdue',
    'overdue or by city',
    'due this week and due before friday',
    'birthday male',
    'loan amount over 50,00',
    'due today due before friday',
    '#42 #43',
    'by city by state',
  ])('is not understood: "%s"', (text) => {
    expect(parseCustomerFilter(text, FORM_OPTIONS)).toMatchObject({ kind: 'unknown' })
  })

  it.each<[string, boolean]>([
    ['overdue or goa without e-mail', true],
    ['without e-mail overdue or goa', true],
    ['with e-mail and city or loan id', true],
    ['#42 or goa', false],
    ['due this week due before friday', false],
  ])('can be read in two ways: "%s" (%s)', (text, isAmbiguous) => {
    const asked = parseCustomerFilter(text, FORM_OPTIONS)
    expect({ isAmbiguous: false, ...asked }).toMatchObject({ kind: 'unknown', isAmbiguous })
  })

  it.each<[string, string | undefined]>([
    ['by cty', 'by city'],
    ['pune without emial', 'pune without email'],
    ['due', 'due this week'],
    ['not refreshed', 'not refreshed for 30 days'],
    ['not refreshed for 30', 'not refreshed for 30 days'],
    ['today', 'since today'],
    ['due blursday', 'due thursday'],
    ['12345', '#12345'],
    ['over 5000', 'loan amount over 5000'],
    ['pune more than 5 lakh', 'pune loan amount more than 5 lakh'],
    ['pune $where', undefined],
  ])('that is not understood has one near it: "%s"', (text, nearest) => {
    const asked = parseCustomerFilter(text, FORM_OPTIONS)
    if (asked.kind !== 'unknown') throw new Error(`"${text}" is understood`)

    expect(nearestFilter(asked, FORM_OPTIONS)).toBe(nearest)
  })

  it.each([
    'nonsense=1',
    'without=$where',
    'with=__proto__',
    'upload=x&$where=1',
    'anyOf=with%3Demail',
    'anyOf=with%3Demail%7C',
    'anyOf=upload%3D1%7Cwith%3Demail',
    'anyOf=anyOf%253Dx%7Cwith%3Demail',
  ])('that nobody wrote is none: %s', (text) => {
    expect(readFilter(text, DEFAULT_CATALOGUE)).toBeUndefined()
  })

  it('is said back in words', () => {
    const label = (field: string) => DEFAULT_CATALOGUE.field(field)?.label ?? field
    const asked = parseCustomerFilter('pune without e-mail due before friday #42', FORM_OPTIONS)

    expect(asked.kind === 'filter' && phraseFilter(asked.filter, label)).toBe(
      'customers of file #42, in pune, without e-mail, due until 22 Jan 2026',
    )
    expect(phraseFilter({}, label)).toBe('all customers')
    const other = parseCustomerFilter('pune with e-mail or loan id', FORM_OPTIONS)
    expect(other.kind === 'filter' && phraseFilter(other.filter, label)).toBe(
      'customers in pune, with e-mail or with loan ID',
    )
  })
})
