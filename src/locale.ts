/**
 * Formats numbers as 1,20,000 or 120,000. A process serves one team, so its entry sets the locale once from
 * the settings.
 *
 * This is the only module with state. As a parameter, the locale would pass through some hundred calls in
 * thirty-two files, down to the texts about invalid rows. It affects displayed text only, never stored data.
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

/** An amount without its currency: `1,20,000.50` */
export function formatAmount(n: number): string {
  return amounts.format(n)
}

function amountsIn(tag: string): Intl.NumberFormat {
  return new Intl.NumberFormat(tag, { minimumFractionDigits: 2, maximumFractionDigits: 2 })
}
