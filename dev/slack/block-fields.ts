/** Blocks as received: unchecked JSON. */
export type Fields = Readonly<Record<string, unknown>>

export function asFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

export function asList(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(asFields) : []
}

export function asLists(value: unknown): Fields[][] {
  return Array.isArray(value) ? value.map(asList) : []
}

/** The text of a text object, such as a button's label. */
export function optionsOf({ options, option_groups }: Fields): Fields[] {
  return options === undefined
    ? asList(option_groups).flatMap((group) => asList(group.options))
    : asList(options)
}
export const textOf = (text: unknown): string => String(asFields(text).text ?? '')
