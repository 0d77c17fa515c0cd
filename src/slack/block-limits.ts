/**
 * What Slack refuses a message for, as documented (https://docs.slack.dev/reference/block-kit/blocks) or reported
 * (the total: https://github.com/slackapi/bolt-js/issues/2509). Rendering stays under each by construction.
 */
export const BLOCK_LIMITS = {
  /** Blocks of one message. */
  blocks: 50,
  /** Characters of all blocks as JSON; refused from about 13,000 on. */
  allBlocks: 12_000,
  /** Characters of one piece of text. */
  text: 3_000,
  tableRows: 100,
  tableColumns: 20,
  /** Our own: a longer cell is no longer read in a table. */
  tableCell: 300,
  /** Elements of one actions block. */
  actions: 25,
  buttonText: 75,
  buttonValue: 2_000,
  actionId: 255,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  menuOptions: 100,
  optionText: 75,
  optionValue: 150,
  placeholder: 150,
  /** Notification text; beyond it Slack cuts by itself. */
  messageText: 3_900,
} as const

/** At most `most` characters, the last of them an ellipsis when something was cut; never half a surrogate pair. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
