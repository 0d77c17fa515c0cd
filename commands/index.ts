/**
 * The table of slash commands. Registration in Slack, the manifest and the README are checked against it.
 */
import { runCustomer } from './customer/index.ts'
import { parseUploadReference } from './receipts/index.ts'
import {
  type CommandDefinition,
  type CommandDeps,
  type CommandInput,
  type Reply,
  type Sentence,
  toAsker,
} from './reply/index.ts'
import { findPastedList } from './text/index.ts'
import { runUploads, SUBCOMMAND_NAMES } from './uploads/index.ts'

export type { CommandDefinition, CommandDeps, CommandInput } from './reply/index.ts'

/** Every slash command there is: the manifest, the README and the registration in Slack are checked against this. */
export const COMMANDS: readonly CommandDefinition[] = [
  {
    name: '/customer',
    description: 'Find a customer by phone, name, e-mail or loan ID, and see what changed',
    usageHint: '07417119014 | sharma | history 07417119014 | 07417119014 on 15 Jan | forget 07417119014',
    run: runCustomer,
  },
  {
    name: '/uploads',
    description: 'See which files were uploaded and what they did',
    usageHint: 'recent | show 42 | compare 42 41 | digest | preview | undo 42 | export | mapping',
    run: runUploads,
  },
]

const HELP_WORDS: ReadonlySet<string> = new Set(['', 'help', 'hi', 'hello', 'hey', '?'])

/**
 * Answers what somebody wrote to the bot without a slash: a command, a word of `/uploads`, the number of an upload, or
 * else whom to look up.
 * @throws AppError database_unavailable, database_failed
 */
export async function answerText(input: CommandInput, deps: CommandDeps): Promise<Reply> {
  const text = input.text.trim()
  const pasted = findPastedList(text)
  if (pasted === 'link') return describeNoLink()
  if (pasted === 'rows') return describeNoRows()
  if (HELP_WORDS.has(text.toLowerCase())) return explain()
  const [, named, rest = ''] = /^\/?(customers?|uploads?)(?:\s+([\s\S]*))?$/i.exec(text) ?? []
  if (named !== undefined)
    return await (/^c/i.test(named) ? runCustomer : runUploads)({ ...input, text: rest }, deps)
  const [word = ''] = text.toLowerCase().split(/\s+/)
  const isAboutUploads = SUBCOMMAND_NAMES.includes(word) || isUploadNumber(text)
  return await (isAboutUploads ? runUploads : runCustomer)({ ...input, text }, deps)
}

/** `#42`, `last`; a bare number without the sign is whom to look up, where it is as long as a phone. */
function isUploadNumber(text: string): boolean {
  return parseUploadReference(text) !== undefined && !/^\d{6,}$/.test(text)
}

function explain(): Reply {
  const examples: readonly Sentence[] = [
    [{ code: '7417119014' }, ', or a name, an e-mail, a loan ID: the customer, and what changed'],
    [{ code: 'history 7417119014' }, ': all changes of a customer'],
    [{ code: 'recent' }, ': the latest files and their results'],
    [{ code: 'show 42' }, ': the receipt of one file'],
    [{ code: '/customer help' }, ' and ', { code: '/uploads help' }, ': everything else'],
  ]
  return toAsker(
    { kind: 'headline', text: 'What would you like to know?' },
    { kind: 'list', items: examples },
    {
      kind: 'note',
      text: 'To import customers, share a CSV file or an Excel workbook in one of my channels. I answer only you.',
    },
  )
}

const SHARE_IT = 'Then share the file in one of my channels. I reply with a receipt.'

function describeNoLink(): Reply {
  return toAsker(
    { kind: 'headline', text: 'I cannot open links to lists. Please share the list as a file.' },
    {
      kind: 'text',
      text: [
        'In Google Sheets, choose ',
        { bold: 'File → Download → Comma-separated values (.csv)' },
        '. Other programs have a similar command. ',
        SHARE_IT,
      ],
    },
  )
}

function describeNoRows(): Reply {
  return toAsker(
    { kind: 'headline', text: 'I do not import rows from a message. Please share them as a file.' },
    {
      kind: 'text',
      text: ['Paste them into Excel or Google Sheets, and save that as a CSV file or a workbook. ', SHARE_IT],
    },
  )
}
