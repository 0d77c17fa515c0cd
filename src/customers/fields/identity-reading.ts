import type { HeaderMapping, IdentityReading, LabelColumn, RegionColumn } from './customer.ts'

/** @param fallback the region of a mapping without one */
export function identityOf(mapping: HeaderMapping, fallback: string): IdentityReading {
  const phones = mapping.columns
    .filter(({ target }) => target === 'phone')
    .toSorted((a, b) => (a.rank ?? 0) - (b.rank ?? 0))
    .map(({ index }) => index)
  const { labels } = mapping
  return {
    phones,
    regions: regionsOf(mapping),
    ...(labels && { labels }),
    region: mapping.region ?? fallback,
  }
}

/**
 * The columns that give the country of numbers without a country code, also for mappings older than regions.
 */
export function regionsOf({
  regions,
  columns,
}: Pick<HeaderMapping, 'regions' | 'columns'>): readonly RegionColumn[] {
  if (regions) return regions
  return columns.flatMap(({ index, target, field, rank }): RegionColumn[] => {
    if (target !== 'field' || (rank ?? 0) !== 0) return []
    return field === 'phone_code'
      ? [{ index, kind: 'code' }]
      : field === 'country'
        ? [{ index, kind: 'country' }]
        : []
  })
}

/** True if both use the same columns in the same order, and the same default region. */
export function isSameIdentity(a: IdentityReading, b: IdentityReading): boolean {
  return (
    a.region === b.region &&
    a.phones.join() === b.phones.join() &&
    a.regions.map(keyOfRegion).join() === b.regions.map(keyOfRegion).join() &&
    keyOfLabels(a) === keyOfLabels(b)
  )
}

function keyOfRegion({ index, kind, phone }: RegionColumn): string {
  return `${index}:${kind}:${phone ?? ''}`
}

function keyOfLabels({ labels = [] }: IdentityReading): string {
  return labels.map(({ index, phone }) => `${index}:${phone}`).join()
}

/**
 * The same reading with every index replaced.
 * @returns null if a phone column has no new index
 */
export function moveIdentity<T extends Pick<IdentityReading, 'phones' | 'regions' | 'labels'>>(
  reading: T,
  moved: (index: number) => number | undefined,
): T | null {
  const phones = reading.phones.map(moved)
  if (phones.length === 0 || !phones.every((index) => index !== undefined)) return null
  const regions = reading.regions.flatMap(({ index, kind, phone }): RegionColumn[] => {
    const to = moved(index)
    const about = phone === undefined ? undefined : moved(phone)
    return to === undefined ? [] : [{ index: to, kind, ...(about !== undefined && { phone: about }) }]
  })
  const labels = reading.labels?.flatMap(({ index, phone }): LabelColumn[] => {
    const [to, about] = [moved(index), moved(phone)]
    return to === undefined || about === undefined ? [] : [{ index: to, phone: about }]
  })
  return { ...reading, phones, regions, ...(labels && { labels }) }
}
