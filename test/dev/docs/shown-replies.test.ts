import { readdirSync, readFileSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { describeChanges, readShown, type Shown } from '../../../dev/docs/shown-replies.ts'

const TOUR = new URL('../../../docs/tour/', import.meta.url)
const kept: Readonly<Record<string, Shown>> = JSON.parse(readFileSync(new URL('replies.json', TOUR), 'utf8'))
const pictures = readdirSync(TOUR).filter((name) => name.endsWith('.webp'))

describe('the replies on the pictures of the tour', () => {
  it('are the same whenever they are shown', () => {
    const text = (time: string, took: string, day: string) =>
      `#1 a.csv: 8 rows in ${took}\nToday at ${time}, ${day}`

    expect(
      describeChanges(
        { a: readShown(text('9:05', '0.4 s', '3 Mar')) },
        { a: readShown(text('17:40', '12 s', '28 November')) },
      ),
    ).toEqual([])
  })

  it('are named by picture where they say something else, are new, or are no longer taken', () => {
    const [receipt, home, undo] = ['8 rows', 'Waiting: 1 file', 'Undo #2?'].map(readShown)
    if (!receipt || !home || !undo) throw new Error('nothing is shown')

    const lines = describeChanges({ receipt, home }, { receipt: readShown('9 rows'), undo })

    expect(lines.slice(1)).toEqual([
      '  docs/tour/receipt.webp: 9 rows',
      '  docs/tour/home.webp: no longer taken',
      '  docs/tour/undo.webp: Undo #2?',
    ])
  })
})

describe('the pictures of docs/tour.md', () => {
  it('have less than 400 kB together', () => {
    const bytes = pictures.reduce((sum, name) => sum + statSync(new URL(name, TOUR)).size, 0)

    expect(bytes).toBeLessThan(400_000)
  })

  it('are all shown, and each is compared', () => {
    const tour = readFileSync(new URL('../tour.md', TOUR), 'utf8')
    const shown = [...tour.matchAll(/\]\(tour\/([\w-]+)\.webp\)/g)].map(([, name]) => name)

    expect(shown.toSorted()).toEqual(pictures.map((name) => name.replace('.webp', '')).toSorted())
    expect(Object.keys(kept).toSorted()).toEqual(shown.toSorted())
  })
})
