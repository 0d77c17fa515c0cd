/** Languages whose month names are read. A name that means different months in two of them is not read. */
const LANGUAGES =
  'en hi mr gu bn ta te kn ml pa ur de de-AT fr fr-CA es ca gl it pt nl af sv da nb is fi et lv lt pl cs sk sl ro hu bg sr tr ru uk el id ms fil vi th ar fa he sw'.split(
    ' ',
  )

let months: ReadonlyMap<string, number> | null = null

/** @returns 1 to 12 for a month's name, long or short, in any of the languages; null for any other word. */
export function monthOfName(word: string): number | null {
  months ??= collectMonths()
  return months.get(fold(word)) ?? null
}

/** From Node's own names (Unicode CLDR). */
function collectMonths(): ReadonlyMap<string, number> {
  const found = new Map<string, number>([['sept', 9]])
  const contradicted = new Set<string>()
  for (const language of LANGUAGES)
    for (const [name, month] of namesOfMonths(language)) {
      if ((found.get(name) ?? month) !== month) contradicted.add(name)
      found.set(name, month)
    }
  for (const name of contradicted) found.delete(name)
  return found
}

/** Standalone names and names next to a day, which differ in some languages. */
function namesOfMonths(language: string): [string, number][] {
  const shapes = (['long', 'short'] as const).flatMap((month) => [
    { month },
    { month, day: 'numeric' } as const,
  ])
  const formats = shapes.map(
    (shape) =>
      new Intl.DateTimeFormat(`${language}-u-ca-gregory-nu-latn`, {
        ...shape,
        timeZone: 'UTC',
      }),
  )
  return formats
    .flatMap((format) =>
      Array.from({ length: 12 }, (_, at): [string, number] => [nameIn(format, at), at + 1]),
    )
    .filter(([name]) => name !== '' && !/\d/u.test(name))
}

/** @param month from 0 */
function nameIn(format: Intl.DateTimeFormat, month: number): string {
  const parts = format.formatToParts(Date.UTC(2026, month, 15))
  return fold(parts.find((part) => part.type === 'month')?.value ?? '')
}

function fold(word: string): string {
  return word.toLowerCase().replace(/[.॰׳]/gu, '').normalize('NFC').trim()
}
