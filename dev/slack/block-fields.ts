/** Blocks as they arrive: JSON of which nothing is promised. */
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

/** The options of a menu, those that stand in groups among them. */
export function optionsOf({ options, option_groups }: Fields): Fields[] {
  return options === undefined
    ? asList(option_groups).flatMap((group) => asList(group.options))
    : asList(options)
}

/** What a text object, such as the label of a button, says. */
export const textOf = (text: unknown): string => String(asFields(text).text ?? '')
