import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/errors.ts'
import { findShare, isOwnPost, type SlackFile } from '../../../src/slack/files/file-info.ts'
import { classifyFile, looksLikeTable } from '../../../src/slack/files/file-kind.ts'

const file = (name: string, more: Partial<SlackFile> = {}): SlackFile => ({ name, mode: 'hosted', ...more })
const bytes = (text: string) => new TextEncoder().encode(text)

function refusalOf(checked: SlackFile): AppError | undefined {
  try {
    classifyFile(checked)
    return undefined
  } catch (error) {
    return error instanceof AppError ? error : undefined
  }
}

describe('whether a shared file is ours', () => {
  it.each<[string, Partial<SlackFile>]>([
    ['list.csv', { mimetype: 'text/csv' }],
    ['LIST.CSV', { mimetype: 'application/vnd.ms-excel' }],
    ['list.csv', { mimetype: 'application/octet-stream', filetype: 'binary' }],
    ['list.csv', { mimetype: 'text/plain', filetype: 'text' }],
    ['list.tsv', {}],
    ['Untitled', { filetype: 'csv', mode: 'snippet', mimetype: 'text/plain' }],
    ['export', { mimetype: 'text/csv' }],
    ['list.xlsx', { filetype: 'xlsx' }],
    ['LIST.XLSM', { filetype: 'binary' }],
    ['list', { mimetype: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' }],
    ['list.xlsx', { mimetype: 'text/csv', filetype: 'csv' }],
    ['lists.zip', { filetype: 'zip' }],
  ])('reads %s %o', (name, more) => {
    expect(classifyFile(file(name, more))).toBe('table')
  })

  it.each<[string, Partial<SlackFile>]>([
    ['notes.txt', { filetype: 'text' }],
    ['export', { filetype: 'auto' }],
  ])('looks inside %s %o before it decides', (name, more) => {
    expect(classifyFile(file(name, more))).toBe('perhaps')
  })

  it.each<[string, Partial<SlackFile>]>([
    ['holiday.jpg', { mimetype: 'image/jpeg', filetype: 'jpg' }],
    ['screen.mp4', { filetype: 'mp4' }],
    ['contract.docx', { filetype: 'docx' }],
    ['app.ts', { filetype: 'typescript', mode: 'snippet' }],
    ['IMG', { filetype: 'auto', mimetype: 'image/png' }],
    ['Minutes', { mode: 'post', filetype: 'space' }],
    ['slides', { mode: 'external', filetype: 'gpres' }],
  ])('says nothing about %s %o', (name, more) => {
    expect(classifyFile(file(name, more))).toBe('not_for_us')
  })

  it.each([
    ['customers.pdf', 'a PDF document', 'spreadsheet'],
    ['customers.csv.gz', 'a gzip archive', 'Unpack'],
  ])('refuses %s as %s and says what to do', (name, kind, hint) => {
    const error = refusalOf(file(name, { filetype: 'binary' }))

    expect(error).toMatchObject({ code: 'not_csv', details: { file: name, kind } })
    expect(error?.next).toContain(hint)
  })

  it.each([
    ['customers.XLS', 'workbook_xls'],
    ['customers.xlsb', 'workbook_xlsb'],
    ['customers.ods', 'workbook_ods'],
    ['customers.numbers', 'workbook_numbers'],
  ])('refuses %s as %s, which says how to make a workbook of it', (name, code) => {
    expect(refusalOf(file(name, { filetype: 'binary' }))).toMatchObject({ code, details: { file: name } })
  })

  it('refuses a document that calls itself CSV only by its type', () => {
    expect(refusalOf(file('list.pdf', { mimetype: 'text/csv', filetype: 'csv' }))?.code).toBe('not_csv')
  })

  it('refuses a list stored outside Slack, whose address somebody else chooses', () => {
    expect(refusalOf(file('list.csv', { mode: 'external' }))?.code).toBe('external_file')
    expect(refusalOf(file('list', { mode: 'external', filetype: 'gsheet' }))?.code).toBe('external_file')
    expect(refusalOf(file('list.xlsx', { mode: 'external' }))?.code).toBe('external_file')
  })

  it('knows a file that is gone', () => {
    expect(refusalOf(file('list.csv', { mode: 'tombstone' }))?.code).toBe('file_deleted')
  })
})

describe('whether a text reads like a table of customers', () => {
  it.each([
    ['lines with commas', 'name,phone\nAsha,9000000101\n', true],
    ['lines with tabs in UTF-16', `\uFEFFname\tphone\nAsha\t9000000101\n`, true],
    ['phones under each other', 'phone\n90000 00101\n90000 00102', true],
    ['a note', 'Hello all,\nplease call the plumber tomorrow.\nThanks', false],
    ['one line', 'a,b,c', false],
    ['nothing', '', false],
  ])('%s', (_, text, expected) => {
    const beginning = text.startsWith('\uFEFF') ? new Uint8Array(Buffer.from(text, 'utf16le')) : bytes(text)
    expect(looksLikeTable(beginning)).toBe(expected)
  })
})

describe('the share an event is about', () => {
  const shared = (...times: number[]): SlackFile => ({
    shares: { public: { C1: times.map((time) => ({ ts: `${time}.000100` })) } },
  })

  const place = { channel: 'C1', user: 'UASHA' }
  const by = (...sharers: [time: number, user: string][]): SlackFile => ({
    user: 'UBOT',
    shares: {
      public: { C1: sharers.map(([time, share_user_id]) => ({ ts: `${time}.000100`, share_user_id })) },
    },
  })

  it.each<[string, [number, string][], string | undefined]>([
    [
      'that of the person',
      [
        [100, 'UASHA'],
        [200, 'URAVI'],
      ],
      '100.000100',
    ],
    [
      'that of the person, also after the bot’s own post',
      [
        [100, 'UASHA'],
        [200, 'UBOT'],
      ],
      '100.000100',
    ],
    [
      'somebody else’s where the person has none',
      [
        [100, 'URAVI'],
        [200, 'UBOT'],
      ],
      '100.000100',
    ],
    [
      'never the bot’s own',
      [
        [100, 'UBOT'],
        [200, 'UBOT'],
      ],
      undefined,
    ],
  ])('is %s', (_, sharers, ts) => {
    expect(findShare(by(...sharers), place, new Date(201_000), 'UBOT')?.ts).toBe(ts)
    const isOwn = sharers.every(([, user]) => user === 'UBOT')
    expect(isOwnPost(by(...sharers), place, 'UBOT')).toBe(isOwn)
  })

  it('is the last that was there at the time of the event', () => {
    expect(findShare(shared(100, 200, 300), place, new Date(201_000), 'UBOT')?.ts).toBe('200.000100')
  })

  it('is the last of all where the clocks tell nothing', () => {
    expect(findShare(shared(100, 200), place, new Date(50_000), 'UBOT')?.ts).toBe('200.000100')
  })

  it('is none where the file is not in the channel', () => {
    expect(findShare(shared(100), { ...place, channel: 'C2' }, new Date(), 'UBOT')).toBeUndefined()
  })
})
