import { quote } from '../../customers/columns/index.ts'
import type { IdentityReading } from '../../customers/fields/index.ts'
import { nameOfRegion } from '../../customers/phones/index.ts'

/** The columns of a reading in words; the country only if two readings differ in it. */
export function describeReading(
  reading: IdentityReading,
  before: IdentityReading,
  now: IdentityReading,
  header: readonly string[],
): string {
  const phones = differ(before.phones, now.phones)
    ? before.phones[0] === now.phones[0]
      ? reading.phones
      : reading.phones.slice(0, 1)
    : []
  const named = phones.map((index) => nameIn(header, index)).join(', then ')
  const isCountryToo = differ(before.regions, now.regions) || before.region !== now.region
  const isLabelled = differ(before.labels ?? [], now.labels ?? [])
  return [
    ...(named === '' ? [] : [`the phone from ${named}`]),
    ...(isLabelled ? [describeLabels(reading, header)] : []),
    ...(isCountryToo ? [`the country from ${describeCountry(reading, header)}`] : []),
  ].join(' and ')
}

/** Which phone of a row comes first, in words. */
export function describeLabels({ labels = [], phones }: IdentityReading, header: readonly string[]): string {
  return labels.length === 0
    ? `the phone of ${nameIn(header, phones[0] ?? 0)} first`
    : `the phone that ${labels.map(({ index }) => nameIn(header, index)).join(', ')} call a mobile first`
}

/** The source of the country of numbers without a country code, in words. */
export function describeCountry({ regions, region }: IdentityReading, header: readonly string[]): string {
  const columns = regions.map(({ index }) => nameIn(header, index))
  return [...columns, `DEFAULT_REGION (${nameOfRegion(region)})`].join(', then ')
}

/** A column in the form `--phone-column` accepts. */
export function nameOnCommandLine(header: readonly string[], index: number): string {
  const name = header[index]?.trim() ?? ''
  const isOnlyOne = header.filter((other) => other.trim() === name).length === 1
  return name !== '' && isOnlyOne ? `"${name}"` : String(index + 1)
}

function nameIn(header: readonly string[], index: number): string {
  return quote({ header: header[index] ?? '', index })
}

function differ(a: readonly unknown[], b: readonly unknown[]): boolean {
  return JSON.stringify(a) !== JSON.stringify(b)
}
