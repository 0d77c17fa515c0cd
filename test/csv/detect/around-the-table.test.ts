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

describe('a first line that names the separator', () => {
  it.each([
    ['sep=,\n', ';', ['The first line names “,” as separator, but the cells are separated by “;”.']],
    ['sep=;\n', ';', []],
    ['"sep=|"\n', '\t', ['The first line names “|” as separator, but the cells are separated by a tab.']],
  ])('is corrected by the lines below it: %j', async (line, used, notes) => {
    const { file, rows } = await readWhole(line + `Name,Phone,City\n${ROWS}`.replaceAll(',', used))
    expect(cellsOf(rows)).toEqual(CELLS)
    expect(file.notes).toEqual(notes)
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
    [
      'a letterhead whose last line is as wide as the list',
      `Branch,Goa\nHead,Lal,9812300013\nName,Phone,City\n${ROWS}`,
    ],
    ['remarks of a program', `# made on 2026-01-20\n# by lal\n# for Goa\nName,Phone\nUma Das,9812300011\n`],
    [
      'groups of headings above a single row',
      'Person,Contact,Place,,\nName,Phone,City,State,PIN\nUma Das,9812300011,Pune,MH,411001\n',
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

  it.each([
    [
      'a phone in stars below a row without a phone',
      'Line,Remark,Phone,Name,Due\n2,no phone given,,Uma,5\n3,digits are hidden,98XXXXXX11,Lal Rao,soon\n4,date,9812300012,Lal,5\n',
    ],
    [
      'words in place of a phone',
      'Name,Mobile No,City,Remark\nUma Das,,Pune,called\nLal Rao,ask his son,Agra,busy\nMina,9812300012,Goa,\n',
    ],
    ['a row that has no phone', 'Phone,Name,City\n12345,Uma,Pune\nno phone,Lal,Agra\n9812300012,Mina,Goa\n'],
    [
      'a row whose phone is not known, below short ones',
      'Name,Mobile No,Due\nUma,12345,5\nLal,mobile not given,soon\nMina,9812300012,7\n',
    ],
    ['no phone in Hindi', 'Phone,Name,City\n123,Uma,Pune\nफ़ोन नहीं है,Lal,Agra\n9812300012,Mina,Goa\n'],
  ])('is not taken from a row of words: %s', async (_, text) => {
    const { file, rows } = await readWhole(text)
    expect(file.headerLine).toBe(1)
    expect(rows).toHaveLength(3)
  })

  it('is found below the summary of calls, whose heading names phones, too', async () => {
    const text = `Mobile,Landline,Total\n120,30,150\nPhone No,Name,City\n9812300012,Mina,Goa\n9812300013,Uma,Pune\n`
    const { file } = await readWhole(text)
    expect(file.header).toEqual(['Phone No', 'Name', 'City'])
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
    ['groups', 'No,Person,,Loan,\n,Name,Phone,Number,Amount\n', ['No', 'Name', 'Phone', 'Number', 'Amount']],
    ['a name', 'Name,Contact,,Place,\n,Phone,Office,City,PIN\n', ['Name', 'Phone', 'Office', 'City', 'PIN']],
  ])('keeps the headings of the first of two lines: %s', async (_, lines, header) => {
    const { file, rows } = await readWhole(
      `${lines}1,Uma Das,9812300011,411,500\n2,Jai Sen,9812300012,412,700\n`.replace(/^(Name.*)$/su, (all) =>
        all.replaceAll(/^(\d),(\w+ \w+),(\d+)/gmu, '$2,$3,0222345678'),
      ),
    )
    expect(file.header).toEqual(header)
    expect(rows.map(({ line }) => line)).toEqual([3, 4])
  })

  it.each([
    [
      'Borrower,,Guarantor,',
      'Name,Mobile,Name,Mobile',
      ['Borrower Name', 'Borrower Mobile', 'Guarantor Name', 'Guarantor Mobile'],
    ],
    [
      'Guarantor,Guarantor,Borrower,Borrower',
      'Name,Mobile,Name,Mobile',
      ['Guarantor Name', 'Guarantor Mobile', 'Borrower Name', 'Borrower Mobile'],
    ],
    [
      'Client,,Nominee,',
      'Name,Mobile,Full name,Contact no',
      ['Name', 'Mobile', 'Nominee Full name', 'Nominee Contact no'],
    ],
    [
      ',,Home,,Office,',
      'Name,Mobile,City,PIN,City,PIN',
      ['Name', 'Mobile', 'Home City', 'Home PIN', 'Office City', 'Office PIN'],
    ],
  ])('takes the groups of merged cells above it: %s', async (groups, names, header) => {
    const cells = ['Uma Das', '9812300011', 'Jai Sen', '9812300012', 'Agra', '282001']
    const row = header.length === 6 ? ['Uma', '9812300011', 'Pune', '411001', 'Agra', '282001'] : cells
    const line = row.slice(0, header.length).join(',')
    const { file, rows } = await readWhole(`${groups}\n${names}\n${line}\n`)
    expect(file.header).toEqual(header)
    expect(rows.map((one) => one.line)).toEqual([3])
    expect(file.notes).toEqual(['The header stands in two lines; line 2 was read as its second.'])
  })

  it.each([
    'Dues of May,,,\nClient,,Loan,\nName,Mobile,Amount,Due\nUma Das,9812300011,500,5\n',
    'Branch: Pune,,\nName,Mobile,City\nUma Das,9812300011,Pune\n',
    'Client list,,,\nName,Mobile,Name,Mobile\nUma Das,9812300011,Jai Sen,9812300012\n',
  ])('stands alone below titles that group nothing: %j', async (text) => {
    const { file, rows } = await readWhole(text)
    expect(file.header.slice(0, 2)).toEqual(['Name', 'Mobile'])
    expect(rows).toHaveLength(1)
  })

  it('is that of the first of two lists', async () => {
    const { file, rows } = await readWhole(
      'Name,City,Mobile\nUma,Pune,9812300011\n\nPerson,Phone,Town,Email\nJai,9812300012,Agra,j@x.example\n',
    )
    expect(file.header).toEqual(['Name', 'City', 'Mobile'])
    expect(rows[0]?.cells).toEqual(['Uma', 'Pune', '9812300011'])
    expect(rows.at(-1)?.problem?.code).toBe('too_many_cells')
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

describe('lines below the rows', () => {
  it.each([
    'Printed on 20/01/2026 by lal',
    'Page 1 of 1',
    'Seite 2 von 2',
    '# end of export',
    'Exported from shop.example',
  ])('are left out: %s', async (line) => {
    const { file, rows } = await readWhole(`Name,Phone,City\n${ROWS}${line}\n`)
    expect(cellsOf(rows)).toEqual(CELLS)
    expect(file.notes).toEqual(['Left out line 4 below the last row.'])
  })

  it('are no rulers of a Markdown table, which are told of as well', async () => {
    const { file, rows } = await readWhole('| Name | Phone |\n|:-----|------:|\n| Uma | 9812300011 |\n')
    expect(rows).toHaveLength(1)
    expect(file.notes).toEqual(['Left out line 2 with nothing but signs such as dashes.'])
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
    ['lined up with spaces', 'Uma 9812300011\nJai 9812300012\nLal 9812300013\n'],
    ['a LaTeX table', 'Name & Phone \\\\ \\hline\nUma & 9812300011 \\\\\n'],
    ['a LaTeX table', '\\begin{tabular}{ll}\nName & Phone \\\\\nUma & 9812300011 \\\\\n\\end{tabular}\n'],
    ['wiki markup', '{| class="wikitable"\n! Name !! Phone\n|-\n| Uma || 9812300011\n|}\n'],
    ['wiki markup', '||Name||Phone||\n|Uma|9812300011|\n|Jai|9812300012|\n'],
    ['form data', 'name=Uma&phone=9812300011\nname=Jai&phone=9812300012\n'],
    ['control characters', 'Name\x01Phone\nUma\x019812300011\nJai\x019812300012\n'],
    ['binary data', '\x01\x02\x03\x04Name\x05Phone\nUma\x019812300011\n'],
    ['program text', 'array(\n  "name" => "Uma",\n)\n'],
    ...['#', '§', '!', '/', '*', '•', '->', '=>', '€'].map((signs): [string, string] => [
      `separated by “${signs}”`,
      [
        ['Name', 'Phone', 'City'],
        ['Uma', '9812300011', 'Pune'],
        ['Jai', '9812300012', 'Agra'],
      ]
        .map((cells) => `${cells.join(signs)}\n`)
        .join(''),
    ]),
    ['separated by “^|^”', 'Name^|^Phone^|^City\nUma^|^9812300011^|^Pune\nJai^|^9812300012^|^Agra\n'],
    ['separated by “~;~”', 'Name~;~Phone~;~City\nUma~;~9812300011~;~\nJai~;~9812300012~;~Agra\n'],
    ['lined up with spaces', 'NAME      PHONE      AMT\nUMA DAS   9812300011 500\nJAI ABSEN 9812300012 7\n'],
    [
      'lined up with spaces',
      'NAME      PHONE\n--------- ----------\nUma Das   9812300011\nJai       9812300012\n\n2 rows selected.\n',
    ],
    ['one field per line', '*************************** 1. row ***************************\nname: Uma\n'],
    ['one field per line', '-[ RECORD 1 ]-----\nname | Uma\nphone | 9812300011\n'],
    ['one field per line', '[uma]\nname=Uma\nphone=9812300011\n[jai]\nname=Jai\n'],
    ['drawn with lines', '┌──────┬────────────┐\n│ Name │ Phone      │\n│ Uma  │ 9812300011 │\n'],
    ['a SYLK spreadsheet', 'ID;PWXL;N;E\nC;Y1;X1;K"Name"\nE\n'],
    ['a DIF spreadsheet', 'TABLE\n0,1\n"EXCEL"\nVECTORS\n0,2\n""\n'],
    [
      'a web form',
      '--b12\nContent-Disposition: form-data; name="f"\n\nName,Phone\nUma,9812300011\n--b12--\n',
    ],
    ['changes (diff)', '--- a/l.csv\n+++ b/l.csv\n@@ -1,2 +1,2 @@\n Name,Phone\n-Uma,9812300011\n'],
    ['merge conflicts', 'Name,Phone\n<<<<<<< HEAD\nUma,9812300011\n=======\nUma,9812300012\n>>>>>>> main\n'],
    ['the log', '2026-01-31 10:00:00 INFO name=Uma phone=9812300011\n2026-01-31 10:00:01 INFO name=Jai\n'],
    ['form data', 'name=Uma&phone=9812300011&city=Pune\n'],
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
    'Phone\nM 9812300011\nMob 9812300012\n',
    '#,Name,Phone\n1,Uma,9812300011\n',
    'a=b&c=d,Phone\nx=1&y=2,9812300011\n',
    'Name  (full),Phone  (mobile)\nUma  Das,9812300011\n',
    'Phone/Mobile\n9812300011\n9812300012\n',
    'Phone-No\n98123-00011\n98123-00012\n',
    'Mobile#\n9812300011\n9812300012\n',
    'Name#,Phone#,City\nUma#1,9812300011,Pune\nJai#2,9812300012,Agra\n',
    'Name|Phone|Code^\nUma|9812300011|x^\nJai|9812300012|y^\n',
    'Time,Phone\n2026-01-31 10:00:00 INFO,9812300011\n',
    'Note,Phone\n<<<<<<< x,9812300011\n',
  ])('is no reason to refuse a list: %j', async (text) => {
    expect((await readWhole(text)).rows).toHaveLength(text.split('\n').length - 2)
  })
})
