import { describe, expect, it } from 'vitest'
import { renderPlain } from '../../../commands/plain/render-plain.ts'
import type { Reply } from '../../../commands/reply/reply.ts'

const render = (...parts: Reply['parts']) =>
  renderPlain(
    { visibility: 'asker', parts },
    { timeZone: 'Asia/Kolkata', nameOf: (id) => (id === 'U1' ? 'asha' : id) },
  )

describe('a reply as plain text', () => {
  it('writes every piece of a sentence as a person reads it', () => {
    const text = [
      'By ',
      { user: 'U1' },
      ' in ',
      { code: 'day-1.csv' },
      ' on ',
      { time: new Date('2026-03-02T20:00:00Z'), style: 'minute' as const },
      ', see ',
      { link: 'https://example.com/a', label: 'the file' },
    ]

    expect(render({ kind: 'text', text })).toBe(
      'By @asha in day-1.csv on 3 Mar 2026, 01:30, see the file (https://example.com/a)',
    )
  })

  it('takes strings literally', () => {
    expect(render({ kind: 'text', text: '*Tom* & <Jerry>' })).toBe('*Tom* & <Jerry>')
  })

  it('lines facts up under each other', () => {
    const facts = [
      { label: 'Rows', value: '11' },
      { label: 'Created', value: [{ bold: '7' }] },
    ]

    expect(render({ kind: 'facts', facts })).toBe('  Rows     11\n  Created  7')
  })

  it('lines a table up by what a reader counts as characters', () => {
    const shown = render({
      kind: 'table',
      columns: ['Name', 'City'],
      rows: [
        ['नमस्ते', 'Pune'],
        ['Jo', 'Goa'],
      ],
    })

    expect(shown.split('\n')).toEqual(['  Name  City', '  नमस्ते   Pune', '  Jo    Goa'])
  })

  it('keeps a table in line when a row is short or a cell has line breaks', () => {
    const shown = render({ kind: 'table', columns: ['A', 'B'], rows: [['x\ny'], []] })

    expect(shown.split('\n')).toEqual(['  A    B', '  x y', ''].map((line) => line || '  '))
  })

  it('leaves out what needs hands', () => {
    expect(
      render(
        { kind: 'headline', text: 'Done' },
        { kind: 'buttons', buttons: [{ label: 'Undo', action: 'undo', value: '1' }] },
        { kind: 'list', items: ['one', ['two']] },
      ),
    ).toBe('Done\n• one\n• two')
  })

  it('leaves out what nobody sees and turns the words around it, and keeps what shapes letters', () => {
    const text = 'evil\u202Efdp.exe\u0007 \u200Bze\u2066ro, می\u200Cخواهم, 👨\u200D👩\u200D👧'
    const reply = { visibility: 'asker', parts: [{ kind: 'text', text: [text, { bold: text }] }] } as const

    const shown = 'evilfdp.exe zero, می\u200Cخواهم, 👨\u200D👩\u200D👧'
    expect(renderPlain(reply)).toBe(shown + shown)
  })
})
