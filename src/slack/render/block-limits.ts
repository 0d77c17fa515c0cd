/** Where blocks are shown: how many there may be, and how many characters they may have as JSON. */
export const SURFACES = {
  /** Refused from about 13,000 characters on. */
  message: { blocks: 50, allBlocks: 12_000 },
  /** A modal or a Home tab: 250 KB. A character can have three bytes. */
  view: { blocks: 100, allBlocks: 60_000 },
} as const
export type Surface = keyof typeof SURFACES

/**
 * What Slack refuses a message for, as documented (https://docs.slack.dev/reference/block-kit/blocks) or reported
 * (the total: https://github.com/slackapi/bolt-js/issues/2509). Rendering stays under each by construction.
 */
export const BLOCK_LIMITS = {
  /** Characters of one piece of text. */
  text: 3_000,
  tableRows: 100,
  tableColumns: 20,
  /** Our own: a longer cell is no longer read in a table. */
  tableCell: 300,
  /** Charts of one message. */
  charts: 2,
  chartTitle: 50,
  chartSeries: 12,
  chartPoints: 20,
  chartLabel: 20,
  /** Elements of one actions block. */
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
  /** Our own: the label of a group has two. */
  optionInLabel: 36,
  optionValue: 150,
  placeholder: 150,
  inputLabel: 2_000,
  /** Our own: nobody looks for a longer text. */
  searchText: 200,
  viewTitle: 24,
  /** Our own: the heading of a column and three cells. */
  formText: 400,
  /** Notification text; beyond it Slack cuts by itself. */
  messageText: 3_900,
} as const

/** At most `most` characters, the last of them an ellipsis when something was cut; never half a surrogate pair. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text
  return `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
