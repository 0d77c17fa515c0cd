/**
 * How numbers are written: 1,20,000 or 120,000. A process speaks for one team, so this is set once, by the entry that
 * read the settings, and holds for everything that is said.
 *
 * The one thing in the house that a module remembers. Handed on instead, it would go through every function that says a
 * number, some hundred calls in thirty-two files, down to the sentences about rows that could not be used. It opens
 * nothing and waits for nothing, and decides how something is said, never what is stored.
 */
let locale = 'en-IN'
let counts = new Intl.NumberFormat(locale)
let amounts = amountsIn(locale)

export const isLocale = (value: string): boolean => {
  try {
    return Intl.NumberFormat.supportedLocalesOf(value).length > 0
  } catch {
    return false
  }
}

/** @param wanted a BCP 47 tag such as `en-IN` or `de-DE` */
export function speakLocale(wanted: string): void {
  locale = wanted
  counts = new Intl.NumberFormat(locale)
  amounts = amountsIn(locale)
}

/** `1,20,000` */
export function formatNumber(n: number): string {
  return counts.format(n)
}

/** An amount of money without its currency: `1,20,000.50` */
export function formatAmount(n: number): string {
  return amounts.format(n)
}

function amountsIn(tag: string): Intl.NumberFormat {
  return new Intl.NumberFormat(tag, { minimumFractionDigits: 2, maximumFractionDigits: 2 })
}
