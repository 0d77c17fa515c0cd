import { expect, it } from 'vitest'
import { findControl } from '../../../dev/demo/demo-controls.ts'

const button = (text: string) => ({ type: 'button', action_id: text, value: text, text: { text } })
const message = { blocks: [{ type: 'actions', elements: [button('Undo #12'), button('Undo')] }] }

it('presses what is called exactly so, and by its beginning only where a number follows', () => {
  expect(findControl([message], 'undo')).toMatchObject({ action: 'Undo' })
  expect(findControl([message], 'Undo #')).toMatchObject({ action: 'Undo #12' })
  expect(findControl([message], 'Und')).toBeUndefined()
})
