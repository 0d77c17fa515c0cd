import type { FileUpload } from '../../models/index.ts'
import { type CustomerFilter, type FoundPlace, findPlace } from '../../src/uploads/filters/index.ts'
import { type AskedFilter, nearestFilter, parseCustomerFilter, phraseFilter } from '../filter/index.ts'
import { aboutCount, pageOfForm } from '../forms/index.ts'
import { findMeantUpload, isReply } from '../receipts/index.ts'
import {
  brief,
  type CommandDeps,
  labelOf,
  pageButton,
  pageValue,
  type Reply,
  toAsker,
  type Viewer,
} from '../reply/index.ts'

/** A parsed filter with its upload, which the person may see. */
export interface MeantFilter extends AskedFilter {
  readonly upload?: FileUpload
  /** The filter in the words of a reply. */
  readonly text: string
}

const MAX_LETTERS = 60
const MAX_LABEL = 70

/** @param word the subcommand, `count` or `export` */
export async function readMeantFilter(
  text: string,
  word: 'count' | 'export',
  viewer: Viewer,
  deps: CommandDeps,
): Promise<MeantFilter | Reply> {
  const options = { ...deps, now: viewer.now }
  const asked = parseCustomerFilter(text, options)
  if (asked.kind === 'unknown' && asked.isAmbiguous) return describeAmbiguous(word, text, asked.before)
  if (asked.kind === 'unknown')
    return describeUnknown(word, asked.words, nearestFilter(asked, options), viewer, deps)
  const { filter, by, sum } = asked
  const written = new Map<string, string>()
  for (const place of placesIn(filter)) {
    const found = await findPlace(deps.models, place, announceScan(place, viewer))
    if (found.kind === 'unknown') return await describeUnknownPlace(word, place, found, asked, deps)
    written.set(place, found.place)
  }
  const known = mapPlaces(filter, (place) => [written.get(place) ?? place])
  return await completeFilter(
    { filter: known, ...(by !== undefined && { by }), ...(sum !== undefined && { sum }) },
    viewer,
    deps,
  )
}

/** All places of a filter, also of alternatives. */
const placesIn = ({ places = [], anyOf = [] }: CustomerFilter): string[] => [
  ...places,
  ...anyOf.flat().flatMap(placesIn),
]

function mapPlaces(filter: CustomerFilter, map: (place: string) => readonly string[]): CustomerFilter {
  const { places, anyOf } = filter
  return {
    ...filter,
    ...(places && { places: places.flatMap(map) }),
    ...(anyOf && { anyOf: anyOf.map((group) => group.map((one) => mapPlaces(one, map))) }),
  }
}

/** A place that is no city is searched in all customers, which takes seconds at a million. */
const announceScan =
  (place: string, { post }: Viewer) =>
  async () => {
    await post?.(toAsker({ kind: 'text', text: `Looking for "${brief(place, MAX_LETTERS)}" …` }))
  }

/** One line about a place that no customer has, and a button that counts with the nearest one. */
async function describeUnknownPlace(
  word: 'count' | 'export',
  place: string,
  found: Extract<FoundPlace, { kind: 'unknown' }>,
  asked: AskedFilter,
  deps: CommandDeps,
): Promise<Reply> {
  const meant = found.nearest === undefined ? await findSplit(place, deps) : [found.nearest]
  const written = `No customer has the city or the state "${brief(place, MAX_LETTERS)}".`
  if (!meant)
    return toAsker(
      { kind: 'headline', text: written },
      { kind: 'buttons', buttons: [pageButton('Count by city', pageValue('count', '', 'city'))] },
    )
  const corrected = {
    ...asked,
    filter: mapPlaces(asked.filter, (one) => (one === place ? meant : [one])),
  }
  const nearest = brief(meant.join(' or '), MAX_LETTERS)
  return toAsker(
    {
      kind: 'headline',
      text:
        word === 'count'
          ? `${written} The nearest is ${nearest}.`
          : [`${written} The nearest is ${nearest}: type `, { code: `/uploads export ${nearest}` }, '.'],
    },
    {
      kind: 'buttons',
      buttons: [
        pageButton(brief(`Count in ${nearest}`, MAX_LABEL), pageValue('count', ...aboutCount(corrected))),
      ],
    },
  )
}

/** `pune goa` is no city, but each of its words is one. */
async function findSplit(place: string, { models }: CommandDeps): Promise<string[] | undefined> {
  const words = place.split(/\s+/)
  if (words.length < 2) return undefined
  const found = await Promise.all(words.map((word) => findPlace(models, word)))
  const places = found.flatMap((one) => (one.kind === 'known' ? [one.place] : []))
  return places.length === words.length ? places : undefined
}

function describeAmbiguous(word: 'count' | 'export', text: string, before: string): Reply {
  return toAsker(
    {
      kind: 'headline',
      text: [
        `"${brief(text, MAX_LETTERS)}" can be read in two ways, because of "or". Type fewer conditions, like `,
        { code: `/uploads ${word} ${brief(before, MAX_LETTERS)}` },
        '.',
      ],
    },
    { kind: 'buttons', buttons: [pageButton('Show what works', pageValue('help', 'uploads'))] },
  )
}

function describeUnknown(
  word: 'count' | 'export',
  words: string,
  nearest: string | undefined,
  viewer: Viewer,
  deps: CommandDeps,
): Reply {
  const meant = nearest === undefined ? undefined : `/uploads ${word} ${brief(nearest, MAX_LETTERS)}`
  const page = nearest === undefined ? undefined : pageOfForm(`count ${nearest}`, { ...deps, ...viewer })
  return toAsker(
    {
      kind: 'headline',
      text: [
        `"${brief(words, MAX_LETTERS)}" was not understood.`,
        ...(meant === undefined
          ? [
              ' Write it like ',
              { code: `/uploads ${word} pune without e-mail` },
              ' or ',
              { code: `/uploads ${word} due before friday` },
              '.',
            ]
          : [' Did you mean ', { code: meant }, '?']),
      ],
    },
    {
      kind: 'buttons',
      buttons: [
        page
          ? pageButton(brief(page.typed, MAX_LABEL), pageValue(page.page, ...page.about))
          : pageButton('Show what works', pageValue('help', 'uploads')),
      ],
    },
  )
}
/** Finds the upload of a filter, if the person may see it. */
export async function completeFilter(
  asked: AskedFilter,
  viewer: Viewer,
  deps: CommandDeps,
): Promise<MeantFilter | Reply> {
  const answer = phraseFound(asked.filter, deps)
  if (asked.filter.upload === undefined) return { ...asked, text: answer }
  const upload = await findMeantUpload(String(asked.filter.upload), viewer, deps, '/uploads export #42')
  return isReply(upload) ? upload : { ...asked, upload, text: answer }
}

function phraseFound(filter: CustomerFilter, deps: CommandDeps): string {
  return phraseFilter(filter, (field) => labelOf(field, deps))
}
