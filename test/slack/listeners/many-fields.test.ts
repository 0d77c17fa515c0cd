import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { findControl, findPicks } from '../../../dev/demo/demo-controls.ts'
import { asFields, asList, optionsOf } from '../../../dev/slack/index.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'
import { readView } from '../../support/view-controls.ts'

const COUNT = 230
const nameOf = (at: number) => `own_${String(at).padStart(3, '0')}`

let folder: string
let bot: PlayedBot
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fields-'))
  const path = join(folder, 'fields.yml')
  const fields = Array.from(
    { length: COUNT },
    (_, at) => `  - {name: ${nameOf(at)}, label: Own ${at}, type: text}`,
  )
  await writeFile(path, `mode: extend\nfields:\n${fields.join('\n')}\n`)
  bot = await playWorkspace(() => ({ FIELDS_FILE: path }))
})
afterAll(async () => {
  await bot.stop()
  await rm(folder, { recursive: true, maxRetries: 20 })
})

it('offers every field of a catalogue with more than a menu takes', async () => {
  const { workspace } = bot
  const share = await bot.share('asha', 'towns.csv', 'Phone,Ort,Bemerkung\n9820098200,Pune,x\n')
  const control = findControl([await workspace.waitForReceipt(share)], 'Wrong column?')
  const [answer] = control ? (await workspace.act('asha', 'customers', control)).answers : []
  const window = answer?.window
  if (!window) throw new Error('no window')

  const [menu] = window.blocks
    .map(asFields)
    .flatMap(({ elements }) => asList(elements))
    .filter(({ type }) => type === 'static_select')
  expect(menu).not.toHaveProperty('options')
  expect(asList(menu?.option_groups).map(({ options }) => asList(options).length)).toEqual([
    100,
    100,
    expect.any(Number),
  ])
  const values = optionsOf(menu ?? {}).map(({ value }) => value)
  expect(values).toEqual(
    expect.arrayContaining(['PHONE', 'city', nameOf(0), nameOf(COUNT - 1), 'AS_IT_IS', 'LEFT_OUT']),
  )
  expect(new Set(values).size).toBe(values.length)
  expect(JSON.stringify(window.blocks).length).toBeLessThan(250_000)

  const picks = findPicks(window, 'Ort', [`Own ${COUNT - 1}`])
  const asked = await workspace.submit('asha', window, '', { picks: picks ?? {} })
  expect(readView(asked, workspace)).toContain('read it again with these columns?')
  if (asked) await workspace.submit('asha', asked, '')
  await expect
    .poll(() => bot.models.customers.collection.findOne({ [nameOf(COUNT - 1)]: 'Pune' }), { timeout: 45_000 })
    .toBeTruthy()
})
