import { describe, expect, it } from 'vitest'
import { parseCustomerFilter, phraseFilter } from '../../../commands/filter/index.ts'
import { chooseCommand, parseCustomerRequest, parseUploadsRequest } from '../../../commands/forms/index.ts'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/field-catalogue.ts'
import { FORM_OPTIONS } from './support/form-options.ts'

const labelOf = (field: string) => DEFAULT_CATALOGUE.field(field)?.label ?? field

/** What a text without a command asks for, in a few words. */
function meaningOf(typed: string): string {
  const { command, text, name } = chooseCommand(typed, FORM_OPTIONS)
  if (command === 'help') return 'help'
  if (name !== undefined) return `files of ${name}`
  if (command === '/customer') {
    const request = parseCustomerRequest(text, FORM_OPTIONS)
    if (request.kind === 'history') return `history of ${request.who}`
    if (request.kind === 'several') return request.terms.join(' + ')
    return request.kind === 'on_day' ? `${request.who} on ${request.day}` : request.kind
  }
  const request = parseUploadsRequest(text, FORM_OPTIONS)
  if (request.kind === 'who') return `who ${request.period.text}`
  if (request.kind === 'unknown') return `unknown, near ${request.nearest}`
  if (request.kind !== 'word') return request.kind
  if (request.word !== 'count' && request.word !== 'export') return `${request.word} ${request.text}`.trim()
  const asked = parseCustomerFilter(request.text, FORM_OPTIONS)
  if (asked.kind === 'unknown') return `${request.word}: not understood: ${asked.words}`
  const by = asked.by === undefined ? '' : ` by ${asked.by}`
  const sum = asked.sum === undefined ? '' : `, adding ${asked.sum}`
  return `${request.word} ${phraseFilter(asked.filter, labelOf)}${by}${sum}`
}

describe('a hurried question', () => {
  it.each<[string, string]>([
    ['how many customers in pune without email', 'count customers in pune, without e-mail'],
    ['kitne log pune me hai', 'count customers in pune'],
    ['pune ke kitne customers hai', 'count customers in pune'],
    ['kitne customer due hai is hafte', 'count customers due from 19 Jan 2026 to 25 Jan 2026'],
    ['customers due today', 'count customers due on 20 Jan 2026'],
    ['emi due tomorrow', 'count customers due on 21 Jan 2026'],
    ['who is due this week', 'count customers due from 19 Jan 2026 to 25 Jan 2026'],
    ['who all are overdue', 'count customers due until 19 Jan 2026'],
    ['show overdue customers in pune', 'count customers in pune, due until 19 Jan 2026'],
    ['overdue by more than 10 days', 'count customers due until 9 Jan 2026'],
    ['due in 10 days', 'count customers due from 20 Jan 2026 to 29 Jan 2026'],
    ['due within 7 days', 'count customers due from 20 Jan 2026 to 26 Jan 2026'],
    ['customers with no loan id', 'count customers without loan ID'],
    ['customers not updated since june', 'count customers in no file since 1 Jun 2025'],
    ['new customers this week', 'count customers first uploaded from 19 Jan 2026 to 25 Jan 2026'],
    ['how many customers added yesterday', 'count customers first uploaded on 19 Jan 2026'],
    ['customers changed yesterday', 'count customers changed on 19 Jan 2026'],
    ['customers updated since monday', 'count customers changed since 19 Jan 2026'],
    ['list all customers', 'count all customers'],
    ['total customers', 'count all customers'],
    ['city wise customers', 'count all customers by city'],
    ['state-wise count', 'count all customers by state'],
    ['how many cities', 'count all customers by city'],
    ['loan over 50000', 'count customers with loan amount over 50,000'],
    ['loan amount more than 5 lakh', 'count customers with loan amount over 5,00,000'],
    ['due amount above ₹3,000/- in pune', 'count customers in pune, with amount due over 3,000'],
    ['5 lakh se zyada loan', 'count customers with loan amount over 5,00,000'],
    [
      'export all from mumbai due this week',
      'export customers in mumbai, due from 19 Jan 2026 to 25 Jan 2026',
    ],
    ['total due amount in pune', 'count customers in pune, adding due_amount'],
    ['sum of loan amount', 'count all customers, adding loan_amount'],
    ['what is the total loan amount', 'count all customers, adding loan_amount'],
    ['how much is due this week', 'count customers due from 19 Jan 2026 to 25 Jan 2026, adding due_amount'],
    ['how much is overdue in pune', 'count customers in pune, due until 19 Jan 2026, adding due_amount'],
    ['average loan amount by city', 'count all customers by city, adding loan_amount'],
    ['city wise total outstanding', 'count all customers by city, adding outstanding_amount'],
    ['total emi of overdue customers', 'count customers due until 19 Jan 2026, adding emi_amount'],
    ['total loan amount over 50000', 'count customers with loan amount over 50,000, adding loan_amount'],
    ['kitna loan amount hai pune me', 'count customers in pune, adding loan_amount'],
    ['how much loan amount in total', 'count all customers, adding loan_amount'],
    ['loan amount total of #42', 'count customers of file #42, adding loan_amount'],
    ['how much due', 'count all customers, adding due_amount'],
    ['total due', 'count all customers, adding due_amount'],
    ['total loan for mumbai customers', 'count customers in mumbai, adding loan_amount'],
    ['export #42 without email', 'export customers of file #42, without e-mail'],
    ['how many files today', 'recent files today'],
    ['how many rows in day-1', 'show day-1'],
    ['today', 'recent today'],
    ['aaj ki files dikhao', 'recent aaj ki files dikhao'],
    ['ravi ki files', 'files of ravi'],
    ['ravi ne kya upload kiya', 'files of ravi'],
    ['kushal on monday', 'files of kushal'],
    ['files uploaded by ravi yesterday', 'recent files uploaded by ravi yesterday'],
    ['files by ravi and asha', 'recent files by ravi and asha'],
    ['where is my file', 'recent where is my file'],
    ['who uploaded yesterday', 'who yesterday'],
    ['kal kisne upload kiya', 'who on 19 Jan 2026'],
    ['who uploaded day-1', 'show day-1'],
    ['what changed yesterday', 'digest yesterday'],
    ["what's new", 'digest'],
    ['show the failed rows of day-1', 'show day-1'],
    ['download failed rows', 'show last'],
    ['errors in #42', 'show #42'],
    ['when was day-1 uploaded', 'show day-1'],
    ['latest file', 'show latest file'],
    ['file no 42', 'show file no 42'],
    ['undo my last file', 'undo my last file'],
    ['delete file 42', 'unknown, near undo file 42'],
    ['cancel last upload', 'unknown, near undo last upload'],
    ['difference between 42 and 41', 'compare between 42 and 41'],
    ['who changed 7417119014', 'history of 7417119014'],
    ['what changed for kushal', 'history of kushal'],
    ['when was kushal last updated', 'history of kushal'],
    ['7417119014 on 10 jan', '7417119014 on 2026-01-10'],
    ['(74171) 19014', 'lookup'],
    ['sl 1001', 'lookup'],
    ['loan 1001', 'lookup'],
    ['customers in mumbai', 'lookup'],
    ['kushal ka number batao', 'lookup'],
    ['@example.com', 'lookup'],
    ['9000000102, 9000000103 & 9000000104', '9000000102 + 9000000103 + 9000000104'],
    ['call kushal', 'not_offered'],
    ['how do i upload a file', 'help'],
    ['help me', 'help'],
    ['list of pune customers', 'lookup'],
    ['number of kushal', 'lookup'],
    ['kushal sharma ka loan kitna hai', 'lookup'],
    ['no. of customers in pune', 'count customers in pune'],
    ['customers whose email is missing', 'count customers without e-mail'],
    ['74171 19014 on 12/01/2026', '74171 19014 on 2026-01-12'],
    ['changes yesterday', 'digest yesterday'],
    ['what changed in #42', 'show #42'],
    ['uploads of last month', 'recent uploads of last month'],
    ['can you show me day-1', 'show day-1'],
    ['pls undo 42', 'undo 42'],
    ['export pls', 'export all customers'],
    ['hi team, how many customers we have in total?', 'count all customers'],
    [
      'good morning, kindly share list of overdue customers in pune',
      'count customers in pune, due until 19 Jan 2026',
    ],
    ['hello sir, pls show 42 asap', 'show 42'],
    ['who shared file at last?', 'show last'],
    ['when did we get last file', 'show last file'],
    ['how many emi due tomorrow or day after', 'count customers due on 21 Jan 2026 or due on 22 Jan 2026'],
    ['jinka emi kal due hai', 'count customers due on 21 Jan 2026'],
    ['dues for next month', 'count customers due from 1 Feb 2026 to 28 Feb 2026'],
    ['customers due by month end', 'count customers due until 31 Jan 2026'],
    ['customers due this weekend', 'count customers due from 24 Jan 2026 to 25 Jan 2026'],
    ['customers due on or before 30 jan', 'count customers due until 30 Jan 2026'],
    ['customers whose due date is over', 'count customers due until 19 Jan 2026'],
    ['due date crossed', 'count customers due until 19 Jan 2026'],
    ['due amount over 5000', 'count customers with amount due over 5,000'],
    ['customers with due amount zero', 'count customers with amount due of 0'],
    [
      'due amount more than 5k but less than 20k',
      'count customers with amount due over 5,000, with amount due under 20,000',
    ],
    ['customers having both email and loan id', 'count customers with e-mail and loan ID'],
    ['who all dont have email', 'count customers without e-mail'],
    ['customers who do not have loan id', 'count customers without loan ID'],
    ['pune aur nashik ke customer kitne hai', 'count customers in pune or nashik'],
    ['kitne log gujarat se hai', 'count customers in gujarat'],
    ['customers from pune, nashik and surat', 'count customers in pune or nashik or surat'],
    ['pune/nashik customers', 'count customers in pune or nashik'],
    ['maharashtra customers without email', 'count customers in maharashtra, without e-mail'],
    ['top 5 cities', 'count all customers by city'],
    ['how many customers as on date', 'count all customers'],
    ['is there any file pending', 'recent is there any file pending'],
    ['did we get any file today', 'recent did we get any file today'],
    ['kal kitni file aayi', 'recent kal aayi'],
    ['what are the changes in last file', 'show last file'],
    ['what is in day-1', 'show day-1'],
    ['how many rows failed in last file', 'show last file'],
    ["show yesterday's report", 'digest yesterday'],
    ['last week summary', 'digest last week'],
    ['send me all data', 'unknown, near export'],
    ['list the customers not in last file', 'unknown, near compare last'],
    ['cancel that upload', 'unknown, near undo last'],
    ['i uploaded wrong file', 'unknown, near undo last'],
    ['wrong file uploaded, please remove', 'unknown, near undo last'],
    ['kisne kushal ka number change kiya', 'history of kushal'],
    ['what was changed in 9000000101 yesterday', 'history of 9000000101'],
    ['9000000101 as on yesterday', '9000000101 on 2026-01-19'],
    ['rahul ko delete karo', 'not_offered'],
    ['pls update 9000000101 email', 'not_offered'],
    ['list of customers whose emi is due this week', 'count customers due from 19 Jan 2026 to 25 Jan 2026'],
    ['new customer added in last 3 days', 'count customers first uploaded from 18 Jan 2026 to 20 Jan 2026'],
    ['who has loan of 5,75,000', 'count customers with loan amount of 5,75,000'],
    ['customers above 3 lakhs in pune or nashik', 'count: not understood: above 3 lakhs in pune or nashik'],
    ['28 jan due', 'count customers due on 28 Jan 2026'],
    ['HL20045 / PL1188', 'HL20045 + PL1188'],
    ['has day-1 been imported', 'show day-1'],
    ['open receipt of day-1', 'show day-1'],
    ['thank you so much', 'help'],
  ])('"%s": %s', (typed, meaning) => {
    expect(meaningOf(typed)).toBe(meaning)
  })
})
