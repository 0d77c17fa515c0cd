import type { Models } from '../../../models/index.ts'
import { rankSimilar } from '../names/index.ts'
import { findByParts, findSimilarPlaces } from '../queries/index.ts'
import { foldIdentifier } from '../rows/index.ts'
import { isPlace } from './customer-filter.ts'

/** A place that customers have, as they have it; else the nearest one. */
export type FoundPlace =
  | { readonly kind: 'known'; readonly place: string }
  | { readonly kind: 'unknown'; readonly nearest?: string }

/** Maximum duration of a scan. A place that takes longer counts as known. */
const MAX_MS = 5_000
const MAX_STATES = 1_000
const MAX_SHOWN = 12
/** A longer text in a city column is an address, and names no place. */
const MAX_LETTERS = 60

/**
 * Finds a city or a state among those of the customers.
 * @param onScan is called before all customers are read, for a place that no row names
 * @throws driver errors
 */
export async function findPlace(
  models: Models,
  place: string,
  onScan: () => Promise<void> = async () => {},
): Promise<FoundPlace> {
  const written = await findWritten(models, place)
  if (written !== undefined) return { kind: 'known', place: isPlace(place).test(written) ? place : written }
  await onScan()
  try {
    const matches = { $or: [{ city: isPlace(place) }, { state: isPlace(place) }] }
    const holder = await models.customers.collection.findOne(matches, {
      projection: { _id: 1 },
      maxTimeMS: MAX_MS,
    })
    if (holder) return { kind: 'known', place }
    const nearest = await findNearest(models, place)
    return { kind: 'unknown', ...(nearest !== undefined && { nearest }) }
  } catch (error) {
    if (Reflect.get(error as object, 'code') === TOO_LONG) return { kind: 'known', place }
    throw error
  }
}

/** Server code for a command that exceeded `maxTimeMS`. */
const TOO_LONG = 50

/** A city or a state with these letters, whatever is between them, as a customer has it. */
async function findWritten(models: Models, place: string, isBeginning = false): Promise<string | undefined> {
  const wanted = foldIdentifier(place)
  if (wanted === '') return undefined
  const { people } = await findByParts(models, { names: [], place }, MAX_SHOWN)
  const places = people.flatMap(({ customer }) =>
    [customer?.city, customer?.state].filter((one) => typeof one === 'string'),
  )
  return (
    places.find((one) => foldIdentifier(one) === wanted) ??
    places.find((one) => isBeginning && one.length <= MAX_LETTERS && foldIdentifier(one).startsWith(wanted))
  )
}

async function findNearest(models: Models, place: string): Promise<string | undefined> {
  const [similar] = await findSimilarPlaces(models, place)
  const written = await findWritten(models, similar ?? place, true)
  if (written !== undefined) return written
  const states = await models.customers.collection
    .aggregate<{ readonly _id: unknown }>(
      [{ $match: { state: { $type: 'string' } } }, { $group: { _id: '$state' } }, { $limit: MAX_STATES }],
      { maxTimeMS: MAX_MS },
    )
    .toArray()
  const names = new Map(states.map(({ _id }) => [foldIdentifier(String(_id)), String(_id)]))
  const [state] = rankSimilar(foldIdentifier(place), [...names.keys()])
  return state === undefined ? undefined : names.get(state)
}
