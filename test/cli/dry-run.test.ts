import { describe, expect, it } from 'vitest'
import { type ImportAsk, useImportCommand } from './support/use-import-command.ts'

const command = useImportCommand()
const runFile = (text: string, { guard = 'on', ...ask }: ImportAsk & { guard?: string } = {}) =>
  command.runFile('list.csv', text, { ...ask, settings: { GUARD: guard } })

const list = (name: (at: number) => string): string =>
  ['Phone,Name', ...[0, 1, 2, 3, 4, 5].map((at) => `900000010${at},${name(at)}`)].join('\n')
const NAMES = ['Kushal', 'Meenakshi', 'Imran', 'Lakshmi', 'Harpreet', 'Kavya']
const CITIES = ['Pune', 'Chennai', 'Hyderabad', 'Vijayawada', 'Amritsar', 'Kochi']
const uploads = () => command.models.fileUploads.collection.countDocuments()
const customers = () => command.models.customers.collection.find({}).sort({ primary_phone: 1 }).toArray()

describe('npm run import -- --dry-run', () => {
  it('shows what would happen and leaves no trace', async () => {
    const { status, stdout } = await runFile(
      list((at) => NAMES[at] ?? ''),
      { dryRun: true },
    )

    expect(status).toBe(0)
    expect(stdout).toContain('#1 list.csv')
    expect(stdout).toMatch(/Created\s+6/)
    expect([await uploads(), await customers()]).toEqual([0, []])
  })

  it('says first how the file was read, as it was told for single columns', async () => {
    const { stdout } = await runFile('Telefon,Merkmal,Stadt\n9000000101,Pune,Meena\n', {
      dryRun: true,
      map: ['merkmal=city', '3=full_name'],
      rule: ['Merkmal=fill-blanks'],
    })

    expect(stdout).toMatch(
      /^[^\n]*#\d+ list\.csv[^\n]*\nRead as: phone Telefon; name Stadt; country India; UTF-8\.\n/,
    )
    expect(stdout).toContain('Columns Merkmal, Stadt as chosen by')
  })

  it.each([
    [{ map: ['Nirgends=city'] }, 'unknown_column'],
    [{ rule: ['Nirgends=keep'] }, 'unknown_column'],
    [{ map: ['Merkmal=shoe size'] }, 'unknown_target'],
    [{ rule: ['Merkmal=sometimes'] }, 'unknown_rule'],
  ])('refuses %j', async (shown, code) => {
    const text = 'Telefon,Merkmal\n9000000101,Pune\n'
    const refused = await runFile(text, shown).catch((error: unknown) => error)
    const answer = JSON.stringify(refused) + String(Reflect.get(Object(refused), 'code'))
    expect(answer).toMatch(code === 'unknown_column' ? /has no column/ : code)
    expect(await customers()).toEqual([])
  })

  it.each([
    [
      { map: ['Merkmal=city', 'merkmal=state'] },
      'columns_contradict: Two targets or two rules were given for Merkmal.',
    ],
    [
      { map: ['Merkmal=city', '2=leave out'] },
      'columns_contradict: Two targets or two rules were given for Merkmal.',
    ],
    [
      { rule: ['Merkmal=keep', '2=overwrite'] },
      'columns_contradict: Two targets or two rules were given for Merkmal.',
    ],
    [
      { rule: ['email=keep', 'E-mail=overwrite'] },
      'columns_contradict: Two targets or two rules were given for E-mail.',
    ],
    [
      { phoneColumn: 'Telefon', map: ['Telefon=city'] },
      'columns_contradict: Two targets or two rules were given for Telefon.',
    ],
    [{ map: ['Note=city'] }, 'ambiguous_column: `list.csv` has several columns "Note": 3, 4.'],
    [{ rule: ['note=keep'] }, 'ambiguous_column: `list.csv` has several columns "note": 3, 4.'],
  ])('refuses what can mean two things: %j', async (shown, answer) => {
    const text = 'Telefon,Merkmal,Note,Note\n9000000101,Pune,a,b\n'
    for (const dryRun of [true, false]) {
      const { status, stderr } = await runFile(text, { ...shown, dryRun })
      expect([status, stderr]).toEqual([1, expect.stringContaining(answer)])
    }
    expect(await customers()).toEqual([])
  })

  it.each([
    [{ map: ['Merkmal=city', '2=city'], rule: ['Merkmal=keep', 'merkmal=keep'] }],
    [{ phoneColumn: 'Telefon', map: ['Telefon=phone', '2=city'] }],
  ])('takes the same thing twice: %j', async (shown) => {
    expect((await runFile('Telefon,Merkmal\n9000000101,Pune\n', shown)).status).toBe(0)
    expect(await customers()).toMatchObject([{ city: 'Pune' }])
  })

  it.each([
    ['its heading', 'Stadt', 'Stadt=keep'],
    ['its field', 'Stadt', 'city=keep'],
    ['the label of its field', 'Ort', 'City=New customers only'],
    ['its heading, which is another field', 'State', 'State=keep'],
  ])('imports by the rule of a column that was told by %s', async (_, heading, rule) => {
    await runFile('Phone,Name,City\n9000000101,Meena,Pune\n')
    const { stdout } = await runFile(`Phone,Name,${heading}\n9000000101,Meena Rao,Thane\n`, {
      map: [`${heading}=city`],
      rule: [rule],
    })

    expect(stdout).toContain(`"${heading}" holds another value than the customer`)
    expect(await customers()).toMatchObject([{ full_name: 'Meena Rao', city: 'Pune' }])
  })

  it('says which rules had no effect', async () => {
    const { stdout } = await runFile('Telefon,Merkmal\n9000000101,Meena\n', {
      dryRun: true,
      map: ['Merkmal=full_name'],
      rule: ['Telefon=keep', 'city=fill-blanks', 'Name=fill-blanks'],
    })

    expect(stdout).toContain('"Telefon" has no values with a rule: it is a phone column.')
    expect(stdout).toContain('No column is read as City, so its rule was not used.')
    expect(stdout).toContain('Only written where the field is empty: "Merkmal".')
  })

  it('counts the names that share a dummy number, and lists rows that share a phone', async () => {
    const rows = [
      'Asha,9999999999',
      'Kiran,9999999999',
      'asha,9999999999',
      'Meena,9820000101',
      'Rohan,9820000101',
    ]
    const { stdout } = await runFile(['Name,Phone', ...rows].join('\n'), { dryRun: true })

    expect(stdout).toContain('2 names share 9999999999, a dummy number: 3 rows with it were not imported.')
    expect(stdout).toContain('Lines 5 and 6: Name Meena, then Rohan')
  })

  it('gives the counts the import then gives, and examples', async () => {
    await runFile(list((at) => NAMES[at] ?? ''))
    const changed = list((at) => (at === 0 ? 'Kushal Sharma' : (NAMES[at] ?? '')))

    const dry = JSON.parse((await runFile(changed, { dryRun: true, json: true })).stdout)
    const real = JSON.parse((await runFile(changed, { json: true })).stdout)

    expect(dry).toMatchObject({
      dry_run: true,
      rows: 6,
      updated: 1,
      unchanged: 5,
      fields: [{ field: 'full_name', customers: 1, examples: [{ from: 'Kushal', to: 'Kushal Sharma' }] }],
      looks_wrong: [],
    })
    const { rows, created, updated, unchanged, duplicate, invalid, blank } = dry
    expect(real).toMatchObject({ rows, created, updated, unchanged, duplicate, invalid, blank })
  })
})

describe('the guard on the command line', () => {
  it('refuses a file that looks like the wrong one, and names the way past', async () => {
    await runFile(list((at) => NAMES[at] ?? ''))
    const before = await customers()

    const { status, stderr } = await runFile(list((at) => CITIES[at] ?? ''))

    expect(status).toBe(1)
    expect(stderr).toContain('held_back: `list.csv`')
    expect(stderr).toContain('--anyway')
    expect(await customers()).toEqual(before)
  })

  it('refuses a file in which most rows share a phone but not a name', async () => {
    const siblings = ['Phone,Name', ...NAMES.map((name, at) => `900000020${at >> 1},${name}`)].join('\n')
    const before = await customers()

    const { status, stderr } = await runFile(siblings)
    expect(status).toBe(1)
    expect(stderr).toContain('6 of the first 6 rows share a phone with a row of another name or loan ID.')
    expect(await customers()).toEqual(before)
    expect(await runFile(siblings, { anyway: true })).toMatchObject({ status: 0 })
  })

  it.each([
    ['--anyway', { anyway: true }],
    ['GUARD=off', { guard: 'off' }],
  ])('imports it with %s', async (_, ask) => {
    await runFile(list((at) => NAMES[at] ?? ''))

    expect(
      await runFile(
        list((at) => CITIES[at] ?? ''),
        ask,
      ),
    ).toMatchObject({ status: 0 })
  })
})
