import { describe, expect, it } from 'vitest'
import { readRefusal, readWhole } from '../read-csv.ts'

const ROWS = 'Uma Das,9812300011,Pune\nJai Sen,9812300012,Agra\n'
const CELLS = [
  ['Uma Das', '9812300011', 'Pune'],
  ['Jai Sen', '9812300012', 'Agra'],
]
const TAIL = '<!DOCTYPE html>\n<html><body>\n<p>a, b</p>\n<a href="tel:9812300013">x</a>\n</body></html>\n'

const cellsOf = (rows: readonly { readonly cells: readonly string[] }[]) => rows.map(({ cells }) => cells)

const EVENT = 'Another table above the header was left out: Event, Date, Seats, Sold.'
const HOTLINE = 'Another table above the header was left out: Event, Hotline.'

describe('the separator', () => {
  const twelve = (row: (at: number) => string) =>
    Array.from({ length: 12 }, (_, at) => `${row(at)}\n`).join('')
  it.each([
    [
      ',',
      'a tab behind every value',
      `Name,Phone,City\n${twelve((at) => `Uma${at}\t,98123000${10 + at}\t,Pune\t`)}`,
    ],
    [
      '\t',
      'Indian amounts',
      `Name\tPhone\tDue\n${twelve((at) => `Uma\t98123000${10 + at}\t1,${10 + at},500.00`)}`,
    ],
    [';', 'Indian amounts', `Phone;Due\n${twelve((at) => `98123000${10 + at};1,${10 + at},500.00`)}`],
    [',', 'lists of numbers', `Name,Phone,Groups\n${twelve((at) => `Uma,98123000${10 + at},4;5;6`)}`],
    [',', 'several phones', 'Name,Phones\nUma,9812300011;9812300012\nJai,9812300013;9812300014\n'],
    [',', 'lists in bars', 'Name,Phone,Tags\nUma,9812300011,x|y|z\nJai,9812300012,x|y|z\n'],
    [';', 'dates in words and no header', 'May 4, 2024;9812300011;5.00;\nMay 5, 2024;9812300012;6.00\n'],
    ['|', 'names with commas', 'Name|Phone\nDas, Uma|9812300011\nSen, Jai|9812300012\n'],
    ['^', 'no common one', 'Name^Phone^City\nUma^9812300011^Pune\n'],
    ['~', 'no common one', 'Name~Phone~City\nUma~9812300011~Pune\n'],
    [':', 'no common one', 'Name:Phone:City\nUma:9812300011:Pune\n'],
  ])('is %j in a file with %s', async (delimiter, _, text) => {
    const { file, rows } = await readWhole(text)
    expect(file.dialect.delimiter).toBe(delimiter)
    expect(rows.every(({ problem }) => problem === undefined)).toBe(true)
  })

  it.each([
    ['Name,Phone,City\nUma;9812300011;Pune\nJai;9812300012;Agra\n', /“,”.*“;”/],
    ['Name;Phone;City\nUma\t9812300011\tPune\nJai\t9812300012\tAgra\n', /“;”.*a tab/],
    ['Name Phone City\nUma,9812300011,Pune\nJai,9812300012,Agra\n', /rows are separated by “,”/],
  ])('is named where the header has another one than the rows: %j', async (text, sentence) => {
    const refusal = await readRefusal(text)
    expect(refusal.code).toBe('separator_unclear')
    expect(refusal.message).toMatch(sentence)
  })
})

describe('the header', () => {
  it.each([
    [
      'a letterhead with an e-mail address',
      `Sent by,crm@shop.example,\nOn,03/02/2026,\nName,Phone,City\n${ROWS}`,
    ],
    [
      'a letterhead as wide as the list',
      'Sent by,crm@shop.example\nCall,022-2345678\nName,Phone\nUma Das,9812300011\n',
    ],
    ['a sentence with commas', `Customers of the branches Pune, Agra, and Goa\nName,Phone,City\n${ROWS}`],
    ['a small table', `Event,Date,Seats,Sold\nFair,2026-02-01,90,12\n\nName,Phone,City\n${ROWS}`],
    ['a small table with phones elsewhere', `Event,Hotline\nFair,022 2345 6789\nName,Phone,City\n${ROWS}`],
    [
      'a warning of a server',
      `<br />\n<b>Warning</b>: Undefined key, in <b>/x.php</b>\nName,Phone,City\n${ROWS}`,
    ],
    ['a warning in plain text', `Notice: a, b in /x.php on line 3\nName,Phone,City\n${ROWS}`],
    ['the tags of a page', `<h1>Customers</h1>\n<pre>\nName,Phone,City\n${ROWS}`],
  ])('is found below %s', async (_, text) => {
    const { file, rows } = await readWhole(text)
    expect(file.header[0]).toBe('Name')
    expect(rows[0]?.cells[0]).toBe('Uma Das')
    expect(rows.at(-1)?.problem).toBeUndefined()
    expect(file.notes[0]).toMatch(/^Left out .* above the header\.$/)
    expect(file.notes.slice(1)).toEqual(
      text.includes(',90,') ? [EVENT] : text.includes('Hotline') ? [HOTLINE] : [],
    )
  })

  it('is found below the summary of an event, whose headings are named', async () => {
    const text = `Guests\nMade:,"May 2, 2026"\nTopic,Seats,Sold\nFair,90,12\nGuest Details,\nName,Phone,City\n${ROWS}`
    const { file } = await readWhole(text)
    expect(file.notes).toEqual([
      'Left out 5 lines above the header.',
      'Another table above the header was left out: Topic, Seats, Sold.',
    ])
  })

  it('is completed by the line below it where cells are merged', async () => {
    const text = [
      'Name,Phone,Address,,,Loan,,Fee,',
      ',,Street,City,PIN,Number,Amount,Number,Amount',
      'Uma Das,9812300011,1 Mall,Pune,411001,L1,500,F1,5',
    ].join('\n')
    const { file, rows } = await readWhole(text)
    expect(file.header).toEqual([
      ...['Name', 'Phone', 'Street', 'City', 'PIN'],
      ...['Loan Number', 'Loan Amount', 'Fee Number', 'Fee Amount'],
    ])
    expect(rows.map(({ line }) => line)).toEqual([3])
    expect(file.notes).toEqual(['The header stands in two lines; line 2 was read as its second.'])
  })

  it.each([
    ['a row of words', 'Name,Phone,City,\nUma,,Pune,x\nJai,9812300012,Agra,\n'],
    ['a row with blank cells', 'Name,Phone,,\n,unknown,Pune,x\nJai,9812300012,Agra,y\n'],
  ])('is not completed by %s', async (_, text) => {
    const { file, rows } = await readWhole(text)
    expect(file.header[1]).toBe('Phone')
    expect(rows).toHaveLength(2)
  })

  it('stays missing where data stands above a header', async () => {
    const { file } = await readWhole(`${ROWS}Name,Phone,City\nLal,9812300013,Goa\n`)
    expect(file.looksHeaderless).toBe(true)
  })
})

describe('a web page', () => {
  it('behind the list is left out and told of', async () => {
    const { file, rows } = await readWhole(`Name,Phone,City\n${ROWS}${TAIL}`)
    expect(cellsOf(rows)).toEqual(CELLS)
    expect(file.notes).toEqual(['Left out the web page behind the list, lines 4 to 8.'])
  })

  it('loses its single lines between rows, and no row', async () => {
    const [first = '', second = ''] = ROWS.split('\n')
    const { file, rows } = await readWhole(
      `Name,Phone,City\n${first}\n<br />\n<b>Warning</b>: x\n${second}\n</pre>\n`,
    )
    expect(cellsOf(rows)).toEqual(CELLS)
    expect(file.notes).toEqual(['Left out 3 lines of a web page, the first is line 3.'])
  })

  it('keeps names in tags', async () => {
    const { rows } = await readWhole('Name,Phone,City\n<b>Uma Das</b>,9812300011,Pune\n')
    expect(rows[0]?.cells[0]).toBe('<b>Uma Das</b>')
  })
})

describe('a file that holds no table of cells', () => {
  it.each([
    ['a web page', '<div class="list"><table><tr><td>Uma</td><td>9812300011</td></tr></table></div>'],
    ['a web page', '<section>\n<ul>\n<li>Uma 9812300011</li>\n<li>Jai 9812300012</li>\n</ul>\n</section>\n'],
    [
      'an XML file',
      '<people>\n<person><name>Uma</name></person>\n<person><name>Jai</name></person>\n</people>\n',
    ],
    ['an SQL dump', "INSERT INTO `people` VALUES (1,'Uma','9812300011');\n"],
    ['an SQL dump', '-- dump\nSET NAMES utf8;\nDROP TABLE IF EXISTS p;\nCREATE TABLE p (\n id int\n);\n'],
    ['an SQL dump', 'COPY people (id, name) FROM stdin;\n1\tUma\n\\.\n'],
    ['an LDIF export', 'version: 1\n\ndn: cn=Uma,ou=x\ncn: Uma\nmobile: 9812300011\n'],
    ['a contact card', '\ufeffBEGIN:VCARD\nFN:Uma\nEND:VCARD\n'],
    ['a calendar', 'BEGIN:VCALENDAR\nEND:VCALENDAR\n'],
    ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 12\n'],
    ['a JSON file', "[{'name': 'Uma', 'phone': '9812300011'}]"],
    ['a JSON file', '{"name":"Uma"}\n{"name":"Jai"}\n'],
    ['program text', 'var people = [{"name":"Uma"}];\n'],
    ['program text', 'jQuery.done([{"name":"Uma"}])'],
    ['a YAML file', '- name: Uma\n  phone: 9812300011\n- name: Jai\n  phone: 9812300012\n'],
    [
      'an e-mail message',
      'Received: by x\nFrom: uma@shop.example\nTo: jai@shop.example\nSubject: list\n\nHello\n',
    ],
    ['a list with one field per line', 'Name: Uma\nPhone: 9812300011\n\nName: Jai\nPhone: 9812300012\n'],
    [
      'lined up with spaces',
      'Name      Phone       City\nUma Das   9812300011  Pune\nJai Sen   9812300012  Agra\n',
    ],
    ['a link to a web address', '[InternetShortcut]\nURL=https://shop.example\n'],
  ])('is refused by what it is: %s', async (kind, text) => {
    const refusal = await readRefusal(text, { fileName: 'june.csv' })
    expect(refusal.code).toBe('not_csv')
    expect(refusal.message).toContain(kind)
  })

  it.each([
    'select,phone\nUma,9812300011\n',
    'create,phone\ninsert,9812300011\n',
    'from,phone\nUma,9812300011\n',
    'Name: first,Phone: mobile\nUma,9812300011\n',
    'Name  (full),Phone  (mobile)\nUma  Das,9812300011\n',
  ])('is no reason to refuse a list: %j', async (text) => {
    expect((await readWhole(text)).rows).toHaveLength(text.split('\n').length - 2)
  })
})
