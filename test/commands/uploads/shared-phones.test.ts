import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeHeld, describeReceipt } from '../../../commands/receipts/index.ts'
import type { Customer } from '../../../models/index.ts'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/field-catalogue.ts'
import { findButton, labelsOf, openSharedLists, plain, type SharedLists } from '../support/shared-lists.ts'

const HEADER = 'Name,Phone,Loan ID'
const SIBLINGS = [
  HEADER,
  'Asha Rao,9820000101,L-10',
  'Kiran Rao,9820000101,L-11',
  'Meena Iyer,9820000102,L-12',
  'Rohan Iyer,9820000102,L-13',
  'Imran Q,9820000103,L-14',
]

let lists: SharedLists

beforeAll(async () => {
  lists = await openSharedLists({ guard: { percent: 60, minimum: 5, holdsSameFile: false } })
}, 120_000)
afterAll(() => lists.close())

const namesOf = async () => {
  const all = await lists.models.customers.collection.find<Customer>({}).sort({ primary_phone: 1 }).toArray()
  return all.map(({ full_name }) => full_name)
}

describe('siblings on the phone of their father', () => {
  it('hold a file in which most rows are such, with lines, fields and both values', async () => {
    const held = await lists.share('UASHA', '2026-01-10T09:00:00', SIBLINGS)

    expect(held.status).toBe('held')
    expect(await namesOf()).toEqual([])
    const reply = describeHeld(held, DEFAULT_CATALOGUE)
    const text = plain(reply)
    expect(text).toContain('4 of the first 5 rows share a phone with a row of another name or loan ID.')
    expect(text).toContain('Lines 2 and 3: Name Asha Rao, then Kiran Rao; Loan ID L-10, then L-11')
    expect(labelsOf(reply)).toEqual(
      expect.arrayContaining(['Import anyway', 'Correct shared phones', 'Discard']),
    )
  })

  it('go among the rows to correct, all of them, where somebody says so', async () => {
    const { models } = lists
    const held = await models.fileUploads.collection.findOne({ number: 1 })
    const reply = describeHeld(held as never, DEFAULT_CATALOGUE)
    await lists.press(reply, 'Correct shared phones', { user: 'URAVI' })
    const upload = await lists.finish(1)

    expect(upload.counts).toMatchObject({ rows: 5, created: 1, invalid: 4 })
    expect(await namesOf()).toEqual(['Imran Q'])
    const problems = await models.uploadRows.collection
      .find({ outcome: 'invalid' })
      .sort({ line: 1 })
      .toArray()
    expect(problems.map(({ problem }) => problem)).toMatchObject(
      [1, 2, 3, 4].map(() => ({ code: 'phone_shared', column: 'Phone' })),
    )
    expect(problems[0]?.problem.message).toContain('Lines 2 and 3')
    const receipt = plain(describeReceipt(upload, problems as never, DEFAULT_CATALOGUE))
    expect(receipt).toContain('are among the rows to correct, as @URAVI decided.')
    expect(receipt).not.toContain('somebody else wrote in between')
  })

  it('are imported where somebody says so: the last row wins, and the receipt lists them', async () => {
    const held = await lists.share('UASHA', '2026-01-11T09:00:00', SIBLINGS)
    const asked = await lists.press(describeHeld(held, DEFAULT_CATALOGUE), 'Import anyway')
    await lists.press(asked, 'Import anyway')
    const upload = await lists.finish(held.number)

    expect(await namesOf()).toEqual(['Kiran Rao', 'Rohan Iyer', 'Imran Q'])
    expect(upload.shared_phones).toMatchObject({ rows: 2 })
    const receipt = plain(describeReceipt(upload, [], DEFAULT_CATALOGUE))
    expect(receipt).toContain('Lines 4 and 5: Name Meena Iyer, then Rohan Iyer; Loan ID L-12, then L-13')
    expect(receipt).toContain('The result matches the preview.')
    expect(plain(await lists.ask(`/uploads show ${upload.number}`))).toContain('Lines 2 and 3: Name Asha Rao')
  })

  it('are explained to whoever looks for the one whose row was replaced', async () => {
    const text = plain(await lists.ask('/customer L-10'))

    expect(text).toContain('Kiran Rao')
    expect(text).toMatch(
      /Loan ID L-10 is in list-2\.csv \(#2\), line 2 by @UASHA\. Line 3 of the same file has/,
    )
    expect(plain(await lists.ask('/customer L-11'))).not.toContain('of the same file')
    expect(plain(await lists.ask('/customer asha rao'))).toContain('Name Asha Rao is in')
  })

  it('are explained also where a later file replaced the number', async () => {
    await lists.share('URAVI', '2026-01-12T09:00:00', [HEADER, 'Imran Q,9820000103,L-99'])

    expect(plain(await lists.ask('/customer L-14'))).toMatch(
      /Loan ID L-14 is in list-1\.csv \(#1\), line 6 by @UASHA\. It became L-99 with list-3\.csv \(#3\), line 2/,
    )
  })

  it('are all in a file for whoever asks', async () => {
    const many = Array.from({ length: 14 }, (_, at) => `Child ${at} Rao,9820000150,${at}`)
    const others = Array.from({ length: 40 }, (_, at) => `Somebody ${at},98200002${10 + at},S-${at}`)
    const upload = await lists.share('UASHA', '2026-01-13T09:00:00', [HEADER, ...others, ...many])
    let csv = ''
    lists.deps = {
      ...lists.deps,
      sendPrivateFile: async (_, { path }) => {
        csv = await readFile(path, 'utf8')
        return {}
      },
    }
    const shown = await lists.ask(`/uploads show ${upload.number}`)

    expect(upload.shared_phones).toMatchObject({ rows: 13 })
    expect(upload.shared_phones?.examples).toHaveLength(10)
    expect(plain(shown)).toContain('… and 3 more rows.')
    expect(findButton(shown, 'Send me the shared phones').value).toBe(String(upload.number))
    await lists.press(shown, 'Send me the shared phones')
    expect(csv.trim().split('\n')).toHaveLength(1 + 2 * 13)
    expect(csv).toContain('Child 12 Rao,Child 13 Rao')
  })
})
