/**
 * Days beyond 29 in each month of the Nepali years (Bikram Sambat) from 2000 on, Baisakh to Chaitra. No rule
 * gives them: a committee in Kathmandu publishes each year. The table holds the days on which the packages
 * `bikram-sambat` 1.8 (Medic) and `nepali-date-converter` 3.4 agree. From 2084 on they differ, and nothing is
 * published.
 */
const MONTHS = `
  132321110102 223222101011 223321101011 232321110012 132321110102 223222101011
  223321101011 232321110012 222322011002 223222101011 223321101011 232321110012
  222322011011 223222101011 223321101011 232321110012 222322011011 223222101011
  232321101011 232321110102 222322101011 223222101011 232321110011 232321110102
  222322101011 223222101011 232321110012 132321110102 223222101011 223231101011
  232321110012 132321110102 223222101011 223321101011 232321110012 132322011002
  223222101011 223321101011 232321110012 222322011011 223222101011 223321101011
  232321110012 222322011011 223222101011 232321101011 232321110012 222322101011
  223222101011 232321110011 232321110102 222322101011 223222101011 232321110011
  232321110102 223222101011 223231101011 232321110012 132321110102 223222101011
  223321101011 232321110012 132322010102 223222101011 223321101011 232321110012
  222322011002 223222101011 223321101011 232321110012 222322011011 223222101011
  232321101011 232321110012 222322101011 223222101011 232321110011 232321110102
  222322101011 223222101011 232321110011 232321110102 223222101011 223222101011`
  .trim()
  .split(/\s+/u)
export const FIRST_NEPALI_YEAR = 2000
const SHORTEST_MONTH = 29
const DAY = 86_400_000
/** 1 Baisakh 2000. */
const EPOCH = Date.UTC(1943, 3, 14)

/** The first day of each year. */
const BEGINNINGS: readonly number[] = listBeginnings()

function listBeginnings(): number[] {
  let day = EPOCH
  return MONTHS.map((months) => {
    const beginning = day
    day += daysOf(months) * DAY
    return beginning
  })
}

function daysOf(months: string): number {
  return [...months].reduce((days, more) => days + SHORTEST_MONTH + Number(more), 0)
}

/**
 * @returns the date as `YYYY-MM-DD` in the Gregorian calendar, or null if the Nepali one has no such day or
 * is unknown
 */
export function fromNepali(year: number, month: number, date: number): string | null {
  const months = MONTHS[year - FIRST_NEPALI_YEAR]
  const beginning = BEGINNINGS[year - FIRST_NEPALI_YEAR]
  const more = months?.[month - 1]
  if (months === undefined || beginning === undefined || more === undefined) return null
  if (date < 1 || date > SHORTEST_MONTH + Number(more)) return null
  const days = daysOf(months.slice(0, month - 1)) + date - 1
  return new Date(beginning + days * DAY).toISOString().slice(0, 10)
}
