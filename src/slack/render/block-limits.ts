/** The limits per surface: the number of blocks, and their JSON length in characters. */
export const SURFACES = {
  /** Slack refuses messages from about 13,000 characters on. */
  message: { blocks: 50, allBlocks: 12_000 },
  /** A modal or App Home: 250 KB. A character can take three bytes. */
  view: { blocks: 100, allBlocks: 60_000 },
} as const
export type Surface = keyof typeof SURFACES

/**
 * Limits beyond which Slack refuses a message, as documented
 * (https://docs.slack.dev/reference/block-kit/blocks) or reported (the total:
 * https://github.com/slackapi/bolt-js/issues/2509). Rendering never exceeds them.
 */
export const BLOCK_LIMITS = {
  /** Characters of one text element. */
  text: 3_000,
  tableRows: 100,
  tableColumns: 20,
  /** The bot's own limit: longer cells are unreadable in a table. */
  tableCell: 300,
  /** Charts per message. */
  charts: 2,
  chartTitle: 50,
  chartSeries: 12,
  chartPoints: 20,
  chartLabel: 20,
  /** Elements per actions block. */
  actions: 25,
  buttonText: 75,
  buttonValue: 2_000,
  actionId: 255,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  menuOptions: 100,
  radioOptions: 10,
  optionText: 75,
  groupLabel: 75,
  /** The bot's own limit: the label of a group names two options. */
  optionInLabel: 36,
  optionValue: 150,
  placeholder: 150,
  inputLabel: 2_000,
  /** The bot's own limit: nobody searches for a longer text. */
  searchText: 200,
  viewTitle: 24,
  /** The bot's own limit: a heading and three cells. */
  formText: 400,
  /** Notification text; Slack cuts longer ones. */
  messageText: 3_900,
} as const

/**
 * Cuts a text to at most `max` characters, with an ellipsis as the last one; never splits a surrogate pair.
 */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text
  return `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
