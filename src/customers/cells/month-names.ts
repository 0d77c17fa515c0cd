/** Languages whose months are read. Where two of them give one name to different months, it is not read at all. */
const LANGUAGES =
  'en hi mr gu bn ta te kn ml pa ur de de-AT fr fr-CA es ca gl it pt nl af sv da nb is fi et lv lt pl cs sk sl ro hu bg sr tr ru uk el id ms fil vi th ar fa he sw'.split(
    ' ',
  )

let months: ReadonlyMap<string, number> | null = null

/** @returns 1 to 12 for the name of a month, long or short, in any of the languages; null for any other word. */
export function monthOfName(word: string): number | null {
  months ??= collectMonths()
  return months.get(fold(word)) ?? null
}

/** From the names Node brings along (Unicode CLDR): standing alone and beside a day, which differ in some languages. */
function collectMonths(): ReadonlyMap<string, number> {
  const found = new Map<string, number>([['sept', 9]])
  const contradicted = new Set<string>()
  for (const language of LANGUAGES) {
    for (const width of ['long', 'short'] as const) {
      for (const shape of [{ month: width }, { month: width, day: 'numeric' }] as const) {
        const format = new Intl.DateTimeFormat(`${language}-u-ca-gregory-nu-latn`, {
          ...shape,
          timeZone: 'UTC',
        })
        for (let month = 1; month <= 12; month += 1) {
          const parts = format.formatToParts(Date.UTC(2026, month - 1, 15))
          const name = fold(parts.find((part) => part.type === 'month')?.value ?? '')
          if (name === '' || /\d/u.test(name)) continue
          if ((found.get(name) ?? month) !== month) contradicted.add(name)
          found.set(name, month)
        }
      }
    }
  }
  for (const name of contradicted) found.delete(name)
  return found
}

function fold(word: string): string {
  return word.toLowerCase().replace(/[.॰׳]/gu, '').normalize('NFC').trim()
}
