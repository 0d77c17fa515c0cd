import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labelsOf, openSharedLists, plain, type SharedLists } from '../support/shared-lists.ts'

const HEADER = 'Name,Phone,Alternate Phone'

let lists: SharedLists

beforeAll(async () => {
  lists = await openSharedLists()
  await lists.share('UASHA', '2026-01-10T09:00:00', [
    HEADER,
    'Kushal Sharma,7417119014,9820000101',
    'Meena Iyer,9820000102,9820000103',
    'Rohan Iyer,9820000104,9820000103',
    'Lata Rao,9820000105,7417119014',
  ])
}, 120_000)
afterAll(() => lists.close())

const answer = async (text: string) => plain(await lists.ask(text))

describe('a customer found by a second phone', () => {
  it('is shown at once, with the phone that was typed', async () => {
    const reply = await lists.ask('/customer 098200 00101')

    expect(plain(reply)).toContain('Kushal Sharma · +91 74171 19014')
    expect(plain(reply)).toContain('Found by +91 98200 00101, as second phone of Kushal Sharma.')
    expect(reply.trace?.customers).toHaveLength(1)
  })

  it('has a history and a past under it, too', async () => {
    expect(await answer('/customer history 9820000101')).toContain('History of +91 74171 19014')
    expect(await answer('/customer 9820000101 on 11 Jan')).toContain('Kushal Sharma')
  })

  it('is one of several to choose from', async () => {
    const reply = await lists.ask('/customer 9820000103')

    expect(plain(reply)).toContain("nobody's own phone, and second phone of 2 people")
    expect(plain(await lists.press(reply, 'Rohan Iyer'))).toContain('+91 98200 00104')
    expect(reply.trace?.customers).toHaveLength(2)
  })

  it('stands below the customer whose own phone it is', async () => {
    const reply = await lists.ask('/customer 7417119014')

    expect(plain(reply)).toMatch(/^Kushal Sharma · \+91 74171 19014/)
    expect(plain(reply)).toContain('is also second phone of Lata Rao (+91 98200 00105).')
    expect(reply.trace?.customers).toHaveLength(2)
  })

  it('is nobody any more once a later file gave another one', async () => {
    await lists.share('UASHA', '2026-01-12T09:00:00', [HEADER, 'Kushal Sharma,7417119014,9820000109'])

    expect(await answer('/customer 9820000101')).toContain('No uploaded file contains +91 98200 00101')
    expect(await answer('/customer 9820000109')).toContain('as second phone of Kushal Sharma')
  })
})

describe('forgetting somebody by a second phone', () => {
  const asAdmin = (text: string) => {
    lists.deps = { ...lists.deps, admins: new Set(['UADMIN']) }
    return lists.ask(text, { user: 'UADMIN' })
  }

  it('is about the one person who has it', async () => {
    const reply = await asAdmin('/customer forget 9820000109')

    expect(plain(reply)).toContain('Forget +91 74171 19014 for good?')
    expect(plain(reply)).toContain('Found by +91 98200 00109, their second phone.')
    expect(plain(reply)).toContain('1 other customer has or had this number as a second phone.')
    expect(labelsOf(reply)).toEqual(['Forget for good', 'Forget, also as second phone'])
  })

  it('lists several, to be erased one at a time', async () => {
    const reply = await asAdmin('/customer forget 9820000103')

    expect(plain(reply)).toContain('Meena Iyer: /customer forget +919820000102')
    expect(plain(reply)).toContain('Rohan Iyer: /customer forget +919820000104')
    expect(labelsOf(reply)).toEqual([])
  })
})
