import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROW_PROBLEMS } from '../../src/row-problems.ts'
import { buildWorkbook, inline, number, row } from '../xlsx/support/build-workbook.ts'
import { buildZip } from '../xlsx/support/build-zip.ts'
import { readWorkbook } from '../xlsx/support/read-workbook.ts'
import { useImportCommand } from './support/use-import-command.ts'

const command = useImportCommand()
const { runFile } = command

const STRANGE = 'Merkmal,Erreichbar unter\nKushal,07417119014\nMeena,12345\n'

describe('npm run import', () => {
  it('refuses a file whose phone column cannot be told, lists the columns and names the option', async () => {
    const { status, stdout, stderr } = await runFile('strange.csv', STRANGE, { json: true })

    expect(status).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ status: 'failed', rows: 0 })
    expect(stderr).toContain('no_phone_column: ')
    expect(stderr).toContain('Merkmal, Erreichbar unter')
    expect(stderr).toContain('--phone-column "Erreichbar unter"')
  })

  it.each([
    [
      'an error',
      'list.csv',
      'Merkmal\u001b[2J,Erreichbar\u001b]0;x\u0007 unter\nKushal,07417119014\n',
      false,
    ],
    [
      'a receipt',
      'li\u001b[31mst.csv',
      'phone,Na\u001b[2Jme\n12345\u001b[1m,Kushal\u009b2J\n07417119014,x\n',
      false,
    ],
    ['notes and JSON', 'list.csv', 'phone,Na\u009b2Jme\n12345\u001b[1m,x\n07417119014,x\n', true],
  ])('lets no control character of a file reach the terminal, in %s', async (_, name, text, json) => {
    const { stdout, stderr } = await runFile(name, text, { json })

    expect(stdout + stderr).toMatch(/\w/)
    expect(stdout + stderr).not.toMatch(/[^\P{Cc}\t\n]/u)
    if (json) expect(JSON.parse(stdout)).toMatchObject({ rows: 2 })
  })

  it('shows lines of a file in the likely encodings, and reads it in the one that is named', async () => {
    const bytes = Buffer.from('Name,Phone\n\xd5\xf5,07417119014\n', 'latin1')
    const { status, stderr } = await runFile('open.csv', bytes)
    expect(status).toBe(1)
    expect(stderr).toContain('encoding_unclear: ')
    expect(stderr).toMatch(/: --encoding \S+\n {2}line 2: \S+,07417119014\n[^\n]+: --encoding/)
    const refused = await command.models.fileUploads.collection.findOne({})
    expect(JSON.stringify(refused)).not.toContain('07417119014')

    expect((await runFile('open.csv', bytes, { encoding: 'windows-1252' })).status).toBe(0)
    expect(await command.models.customers.collection.findOne({})).toMatchObject({ full_name: 'Õõ' })
    const { stderr: unknown } = await runFile('open.csv', bytes, { encoding: 'klingon' })
    expect(unknown).toContain('unknown_encoding: ')
  })

  it('shows the lines of the list in a zip archive in the likely encodings, too', async () => {
    const content = Buffer.from('Name,Phone\n\xd5\xf5,07417119014\n', 'latin1')
    const bytes = buildZip([{ name: 'open.csv', content }])
    const { status, stderr } = await runFile('open.zip', bytes)

    expect(status).toBe(1)
    expect(stderr).toMatch(/: --encoding \S+\n {2}line 2: \S+,07417119014\n[^\n]+: --encoding/)
    expect((await runFile('open.zip', bytes, { encoding: 'windows-1252' })).status).toBe(0)
    expect(await command.models.customers.collection.findOne({})).toMatchObject({ full_name: 'Õõ' })
  })

  it('says that an encoding named for a workbook is not used', async () => {
    const rows = row(1, inline('A1', 'Phone')) + row(2, inline('A2', '9820098201'))
    const bytes = buildZip(buildWorkbook({ sheets: [{ rows }] }))
    const { status, stdout } = await runFile('list.xlsx', bytes, { encoding: 'windows-1252' })

    expect(status).toBe(0)
    expect(stdout).toContain('The encoding windows-1252 was not used: the file is a workbook.')
  })

  it('says what to do with a file of another country’s numbers', async () => {
    const rows = Array.from({ length: 30 }, (_, at) => `97150123${String(at).padStart(4, '0')}`)
    const { stderr } = await runFile('dubai.csv', ['Mobile', ...rows, ''].join('\n'))

    expect(stderr).toContain('+971 50 123 4567')
  })

  it('reads dates in the order that only a late row of the file proves', async () => {
    const rows = Array.from({ length: 250 }, (_, at) => `98765${String(at).padStart(5, '0')},03/04/2026`)
    await runFile('sorted.csv', ['Phone,Due Date', ...rows, '9876599999,12/31/2026', ''].join('\n'))

    const first = await command.models.customers.collection.findOne({ primary_phone: '+919876500000' })
    expect(first).toMatchObject({ due_date: '2026-03-04' })
  })

  it.each([
    ['is imported', 'Phone,Due Date\n07417119014,03/04/2026\nno phone,\n', 0],
    ['is refused', 'Phone\n', 1],
  ])('prints one JSON object, always of the same keys, where a file %s', async (_what, text, expected) => {
    const { status, stdout, stderr } = await runFile('day.csv', text, { json: true })

    expect(status).toBe(expected)
    expect(stdout.trimEnd().split('\n')).toHaveLength(1)
    const printed = JSON.parse(stdout)
    expect(Object.keys(printed)).toEqual([
      'upload',
      'status',
      'rows',
      'created',
      'updated',
      'unchanged',
      'duplicate',
      'invalid',
      'blank',
      'problems',
      'seconds',
    ])
    for (const problem of printed.problems)
      expect(Object.keys(problem)).toEqual(['line', 'column', 'code', 'message'])
    // Notes and the reason of a failure are not lost.
    expect(stderr).toMatch(expected === 0 ? /03\/04|Due Date/ : /^no_rows: /)
  })

  it('tells times in the time zone of the team, not in that of the machine', async () => {
    const text = 'Phone\n07417119014\n'
    await runFile('day.csv', text)
    await command.models.fileUploads.collection.updateOne(
      {},
      { $set: { shared_at: new Date('2026-01-15T20:00:00Z') } },
    )

    const { stdout } = await runFile('again.csv', text, { settings: { TIME_ZONE: 'Asia/Kolkata' } })

    expect(stdout).toContain('16 Jan 2026, 01:30')
  })

  it('refuses a file with two phones that nothing tells apart, and names both', async () => {
    const text = 'Name,Phone,Contact Number\nAsha,9812345671,9822233341\nRavi,9812345672,9822233342\n'
    const { status, stderr } = await runFile('two.csv', text)

    expect(status).toBe(1)
    expect(stderr).toContain('no_phone_column: ')
    expect(stderr).toContain('"Phone", "Contact Number"')
    expect(stderr).toContain('--phone-column "Phone"')
    expect((await runFile('two.csv', text, { phoneColumn: 'Contact Number' })).status).toBe(0)
    const stored = await command.models.customers.collection.find().sort({ primary_phone: 1 }).toArray()
    expect(stored.map(({ primary_phone }) => String(primary_phone))).toEqual([
      '+919822233341',
      '+919822233342',
    ])
  })

  it('says how many names share a dummy number, and imports none of them', async () => {
    const real = Array.from({ length: 5 }, (_, at) => `Person ${at},987654321${at}`)
    const rows = [...real, 'A,9999999999', 'B,9999999999', 'B,9999999999', 'C,1234567890']
    const { stdout } = await runFile('dummies.csv', `Name,Mobile\n${rows.join('\n')}\n`)

    expect(stdout).toContain('2 names share 9999999999, a dummy number: 3 rows with it were not imported.')
    expect(stdout).toContain('1234567890 is in the file, a dummy number: 1 row with it was not imported.')
    expect(await command.models.customers.collection.countDocuments()).toBe(5)
  })

  it('says so, too, where most rows have one and the file is refused', async () => {
    const real = ['Asha,9876543210', 'Ravi,9876543211', 'Mira,9876543212', 'Om,9876543213']
    const rows = Array.from({ length: 12 }, (_, at) => `Person ${at},9999999999`)
    const { status, stderr } = await runFile('most.csv', `Name,Mobile\n${[...real, ...rows].join('\n')}\n`)

    expect(status).toBe(1)
    expect(stderr).toContain('12 names share 9999999999, a dummy number')
  })

  it('follows DUMMY_PHONES', async () => {
    const text = 'Name,Mobile\nAsha,7777777777\nRavi,9876500000\nMeena,9876543210\n'
    await runFile('dummies.csv', text, { settings: { DUMMY_PHONES: '9876500000, -7777777777' } })

    const stored = await command.models.customers.collection.find().sort({ primary_phone: 1 }).toArray()
    expect(stored.map(({ primary_phone }) => String(primary_phone))).toEqual([
      '+917777777777',
      '+919876543210',
    ])
  })

  it('says by which column the country was told, and keeps how each phone was written', async () => {
    const text = 'Name,ISD,Mobile\nAsha,91,09876543210\nMaria,1,(415) 555-0132\nJean,33,+33612345678\n'
    const { stdout } = await runFile('isd.csv', text)

    expect(stdout).toContain('The country of phones without a country code is taken from "ISD".')
    const rows = await command.models.uploadRows.collection.find().sort({ line: 1 }).toArray()
    expect(rows.map(({ phone, written }) => [String(phone), String(written)])).toEqual([
      ['+919876543210', '09876543210'],
      ['+14155550132', '(415) 555-0132'],
      ['+33612345678', 'undefined'],
    ])
    for (const customer of await command.models.customers.collection.find().toArray())
      expect(customer).not.toHaveProperty('written_phone')
  })

  it.each(['Erreichbar unter', 'erreichbar unter', '2'])('takes --phone-column %s', async (phoneColumn) => {
    const { status, stdout } = await runFile('strange.csv', STRANGE, { phoneColumn })

    expect(status).toBe(0)
    expect(stdout).toMatch(/1 of 2 rows.*Erreichbar unter.* @asha/s)
    // For this import only: an option is not stored as a choice.
    expect(await command.models.columnChoices.collection.countDocuments()).toBe(0)
  })

  it.each([
    ['strange.csv', STRANGE, 'Merkmal, Erreichbar unter'],
    ['headerless.csv', 'Kushal,07417119014\nMeena,98200 98200\n', '1 to 2'],
  ])('says which columns %s has when there is none by that name', async (name, text, columns) => {
    const { status, stderr } = await runFile(name, text, { phoneColumn: '7' })

    expect(status).toBe(1)
    expect(stderr).toMatch(new RegExp(`^unknown_column: .*${name}.*"7".*${columns}\\.`))
    expect(stderr).not.toContain('07417119014')
  })

  it('imports the first line, too, of a file without a header', async () => {
    const { status, stdout } = await runFile('headerless.csv', 'Kushal,07417119014\nMeena,98200 98200\n', {
      phoneColumn: '2',
      json: true,
    })

    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ rows: 2, created: 2 })
  })

  it('writes the failed rows where --failed-rows says, to be corrected and imported again', async () => {
    const failedRows = join(command.folder, 'failed.csv')
    await runFile('strange.csv', STRANGE, { phoneColumn: '2', failedRows })

    const text = await readFile(failedRows, 'utf8')
    expect(text).toMatch(/^\uFEFFline,problem,how to fix,Merkmal,phone\r\n3,.*,Meena,12345\r\n$/)
    const { status, stdout } = await runFile('again.csv', text.replace('12345', '98200 98200'), {
      json: true,
    })

    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ rows: 1, created: 1 })
    const customer = await command.models.customers.collection.findOne({ primary_phone: '+919820098200' })
    expect(customer?.attributes).toEqual({ merkmal: 'Meena' })
  })

  it('says so when the failed rows cannot be written, after the import', async () => {
    const failedRows = join(command.folder, 'not-there', 'failed.csv')

    await expect(runFile('strange.csv', STRANGE, { phoneColumn: '2', failedRows })).rejects.toMatchObject({
      code: 'path_unwritable',
    })
    expect(await command.models.customers.collection.countDocuments()).toBe(1)
  })

  it('turns a file away in which hardly a row can be used, with what is wrong', async () => {
    const rows = Array.from({ length: 25 }, (_, at) => `9.1${at}E+11,x`).join('\n')
    const { status, stderr } = await runFile('damaged.csv', `Phone,Name\n${rows}\n`)

    expect(status).toBe(1)
    expect(stderr).toContain('too_many_invalid: `damaged.csv`')
    expect(stderr).toMatch(/\b25\b.*\b25\b.*\b80 %/)
    expect(stderr).toContain(ROW_PROBLEMS.excel_damaged)
    expect(await command.models.uploadRows.collection.countDocuments()).toBe(0)
  })

  it('takes such a file where MAX_INVALID_PERCENT allows it', async () => {
    const rows = Array.from({ length: 25 }, (_, at) => `9.1${at}E+11,x`).join('\n')
    const settings = { MAX_INVALID_PERCENT: '100', GUARD: 'off' }
    const { status, stdout } = await runFile('damaged.csv', `Phone,Name\n${rows}\n`, { settings })

    expect(status).toBe(0)
    expect(stdout).toMatch(/0 of 25 rows.*Lines 2–21: .*"Phone".*… and 5 more rows/s)
  })

  it('reads fields of a team\u2019s own from FIELDS_FILE, and says what is wrong with it', async () => {
    const fields = join(command.folder, 'fields.yml')
    await writeFile(
      fields,
      'mode: extend\nfields:\n  - name: shirt_size\n    type: text\n    synonyms: [Size]\n',
    )
    const settings = { FIELDS_FILE: fields }
    expect((await runFile('day.csv', 'Phone,Size\n07417119014,XL\n', { settings })).status).toBe(0)
    expect(await command.models.customers.collection.findOne()).toMatchObject({ shirt_size: 'XL' })

    await writeFile(fields, 'fields:\n  - name: Shirt Size\n    type: colour\n')

    await expect(runFile('day.csv', 'Phone\n07417119014\n', { settings })).rejects.toMatchObject({
      code: 'fields_invalid',
    })
  })

  it.each([
    ['MAX_ROWS', '2', 'too_many_rows', '2'],
    ['MAX_COLUMNS', '1', 'too_many_columns', '1'],
  ])('names the limit %s=%s', async (name, value, code, words) => {
    const { status, stderr } = await runFile(
      'big.csv',
      'Phone,Name\n07417119014,a\n9820098200,b\n9820098201,c\n',
      {
        settings: { [name]: value },
      },
    )

    expect(status).toBe(1)
    expect(stderr).toContain(code)
    expect(stderr).toContain(words)
    expect(await command.models.customers.collection.countDocuments()).toBe(0)
  })
})

describe('npm run import of a workbook', () => {
  const list = (phone: string, note = '') =>
    row(1, inline('A1', 'Phone'), inline('B1', 'Name')) +
    row(2, number('A2', phone), inline('B2', 'Asha')) +
    row(5, number('A5', '12'), inline('B5', note))
  const sheets = [
    { name: 'North', rows: list('9820098201') },
    { name: 'South', rows: list('9820098202', 'too short') },
  ]
  const BRANCHES = buildZip(buildWorkbook({ sheets }))

  it('refuses several lists, names the sheets and the option', async () => {
    const { status, stderr } = await runFile('branches.xlsx', BRANCHES)

    expect(status).toBe(1)
    expect(stderr).toContain('several_sheets: ')
    expect(stderr).toContain('The sheets are: North, South.')
    expect(stderr).toContain('--sheet')
    expect(await command.models.customers.collection.countDocuments()).toBe(0)
  })

  it.each(['South', ' south ', '2'])('reads the sheet it is told: %j', async (sheet) => {
    const failedRows = join(command.folder, 'correct.xlsx')
    const { status, stdout, stderr } = await runFile('branches.xlsx', BRANCHES, {
      json: true,
      sheet,
      failedRows,
    })

    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'done',
      rows: 4,
      created: 1,
      blank: 2,
      invalid: 1,
      problems: [{ line: 5, code: 'phone_invalid' }],
    })
    expect(stderr).toContain('Read sheet “South” only. Not read: “North”.')
    expect(await command.models.customers.collection.distinct('primary_phone')).toEqual(['+919820098202'])
    expect((await readWorkbook(await readFile(failedRows))).cells[1]?.slice(3)).toEqual(['12', 'too short'])
  })

  it.each([
    [
      'a sheet there is not',
      'branches.xlsx',
      BRANCHES,
      'no sheet called West. The sheets are: North, South.',
    ],
    ['a sheet of a text', 'list.csv', 'Phone\n9820098201\n', 'is no workbook and has no sheet called West.'],
  ])('refuses %s', async (_, name, bytes, words) => {
    const { status, stderr } = await runFile(name, bytes, { sheet: 'West' })

    expect(status).toBe(1)
    expect(stderr).toContain('no_sheet: ')
    expect(stderr).toContain(words)
  })
})
