import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeReceipt } from '../../../commands/receipts/index.ts'
import type { FileUpload } from '../../../models/index.ts'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/field-catalogue.ts'
import { openSharedLists, plain, type SharedLists } from '../support/shared-lists.ts'

let lists: SharedLists
let first: FileUpload
let second: FileUpload

beforeAll(async () => {
  const lines = (await readFile(new URL('../../../examples/day-1.csv', import.meta.url), 'utf8'))
    .trim()
    .split('\n')
  lists = await openSharedLists()
  first = await lists.share('UASHA', '2026-01-10T09:00:00', lines)
  second = await lists.share('URAVI', '2026-01-10T11:00:00', lines)
}, 120_000)
afterAll(() => lists.close())

const receiptOf = (upload: FileUpload) => plain(describeReceipt(upload, [], DEFAULT_CATALOGUE))

describe('the same file shared again by somebody else', () => {
  it('says first that nothing changed, and then which file it was', () => {
    const [headline] = receiptOf(second).split('\n')

    expect(headline).toMatch(/^#2 .*: nothing changed\. 8 of 11 rows imported/)
    expect(headline).not.toContain('updated')
    expect(receiptOf(second)).toContain('This exact file was uploaded before: #1')
  })

  it('collides with nobody and changes no field, while every row keeps its outcome', () => {
    expect(second.collisions).toBeUndefined()
    expect(second.changed_fields).toEqual([])
    expect(second.changed_customers).toBe(0)
    expect(second.counts).toMatchObject({ rows: 11, updated: 1, duplicate: 1 })
    expect(receiptOf(second)).not.toContain('known customer')
    expect(receiptOf(first)).not.toContain('nothing changed')
  })

  it('leaves no line in the history, and the sources of the values where they were', async () => {
    const history = plain(await lists.ask('/customer history 9000000104'))
    expect(history).not.toContain('(#2)')
    expect(history).not.toContain('harpreet@example.com')
    expect(history).toContain('harpreet.singh@example.com')

    const card = await lists.ask('/customer 9000000104')
    const sources = plain(await lists.press(card, 'Where from?'))
    expect(sources).toMatch(/harpreet\.singh@example\.com .*\(#1\), line 11/)
    expect(sources).not.toContain('(#2)')
  })
})
