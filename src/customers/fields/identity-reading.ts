import type { HeaderMapping, IdentityReading, RegionColumn } from './customer.ts'

/** @param fallback the region of a mapping that names none */
export function identityOf(mapping: HeaderMapping, fallback: string): IdentityReading {
  const phones = mapping.columns
    .filter(({ target }) => target === 'phone')
    .toSorted((a, b) => (a.rank ?? 0) - (b.rank ?? 0))
    .map(({ index }) => index)
  return { phones, regions: regionsOf(mapping), region: mapping.region ?? fallback }
}

/** What decides about numbers without a country code, also in a mapping from before regions were stored. */
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

/** True if both take the same columns in the same order, and the same default region. */
export function isSameIdentity(a: IdentityReading, b: IdentityReading): boolean {
  return (
    a.region === b.region &&
    a.phones.join() === b.phones.join() &&
    a.regions.map(keyOfRegion).join() === b.regions.map(keyOfRegion).join()
  )
}

function keyOfRegion({ index, kind, phone }: RegionColumn): string {
  return `${index}:${kind}:${phone ?? ''}`
}

/**
 * The same reading with every index replaced.
 * @returns null where a phone column has no new index
 */
export function moveIdentity<T extends Pick<IdentityReading, 'phones' | 'regions'>>(
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
  return { ...reading, phones, regions }
}
