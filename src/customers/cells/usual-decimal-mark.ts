/**
 * What people of a region put before decimals, from Unicode CLDR by way of the region's likeliest language
 * (`IN` → `hi-IN` → point, `DE` → comma).
 */
export function usualDecimalMark(region: string): 'point' | 'comma' {
  const parts = new Intl.NumberFormat(likelyLocale(region), { numberingSystem: 'latn' }).formatToParts(1.5)
  return parts.some(({ type, value }) => type === 'decimal' && value === ',') ? 'comma' : 'point'
}

function likelyLocale(region: string): string {
  try {
    return new Intl.Locale(`und-${region}`).maximize().toString()
  } catch {
    return 'en'
  }
}
