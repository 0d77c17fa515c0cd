/** What a person looks at, by the address: it survives reload, back and several tabs. */
export interface PagePlace {
  readonly person: string
  /** The name of a channel, or one of the two app tabs. A channel's name has no dot. */
  readonly place: string
  /** `ts` of the message whose thread is open. */
  readonly thread?: string
  /** Id of the open modal. */
  readonly window?: string
  /** Also shows the text for notifications and screen readers. */
  readonly hasText: boolean
}

export const APP_HOME = 'app.home'
export const APP_MESSAGES = 'app.messages'

/** @param base path of the page with its token, such as `/k3…` */
export function addressOf(base: string, { person, place, thread, window, hasText }: PagePlace): string {
  const query = new URLSearchParams({
    ...(thread !== undefined && { thread }),
    ...(window !== undefined && { window }),
    ...(hasText && { text: '1' }),
  }).toString()
  return `${base}/${person}/${place}${query && `?${query}`}`
}

/** The place of an address; undefined if there is no such person or place. */
export function readPlace(
  person: string,
  place: string,
  query: URLSearchParams,
  known: { readonly people: readonly string[]; readonly channels: readonly string[] },
): PagePlace | undefined {
  if (!known.people.includes(person)) return undefined
  if (![...known.channels, APP_HOME, APP_MESSAGES].includes(place)) return undefined
  const thread = query.get('thread')
  const window = query.get('window')
  return {
    person,
    place,
    hasText: query.has('text'),
    ...(thread !== null && /^\d+\.\d+$/.test(thread) && { thread }),
    ...(window !== null && /^\w+$/.test(window) && { window }),
  }
}
