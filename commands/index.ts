/**
 * The table of slash commands. Tests compare the registration in Slack, the manifest and the README with it.
 */
import { runCustomer } from './customer/index.ts'
import { chooseCommand } from './forms/index.ts'
import {
  type CommandDefinition,
  type CommandDeps,
  type CommandInput,
  type Reply,
  type Sentence,
  toAsker,
} from './reply/index.ts'
import { findPastedList } from './text/index.ts'
import { runUploads } from './uploads/index.ts'

export type { CommandDefinition, CommandDeps, CommandInput } from './reply/index.ts'

/** All slash commands. */
export const COMMANDS: readonly CommandDefinition[] = [
  {
    name: '/customer',
    description: 'Find a customer by phone, name, city, e-mail or loan ID, and see what changed',
    usageHint: '07417119014 | kushal sharma pune | 19014 | history 07417119014 | 07417119014 on 15 Jan',
    run: runCustomer,
  },
  {
    name: '/uploads',
    description: 'See which files were uploaded and what they did',
    usageHint:
      'today | by ravi | show 42 | compare 42 | digest | count | preview | undo 42 | export | mapping',
    run: runUploads,
  },
]

/**
 * Replies to a mention or a direct message without a slash: files and days go to `/uploads`, everything else
 * to `/customer`. Parser, rights and audit are those of the commands.
 * @throws AppError database_unavailable, database_failed
 */
export async function answerText(input: CommandInput, deps: CommandDeps): Promise<Reply> {
  const pasted = findPastedList(input.text.trim())
  if (pasted === 'link') return describeNoLink()
  if (pasted === 'rows') return describeNoRows()
  const { command, text, otherwise } = chooseCommand(input.text, { ...deps, ...input })
  if (command === 'help') return explain()
  if (command === '/customer') return await runCustomer({ ...input, text }, deps)
  const reply = await runUploads({ ...input, text }, deps)
  // No file has this name: then it is a person's name.
  const isNoFile = reply.trace === undefined && reply.parts.every(({ kind }) => kind !== 'menu')
  return otherwise && isNoFile ? await runCustomer({ ...input, text: otherwise.text }, deps) : reply
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
        { bold: 'File → Download → Microsoft Excel (.xlsx)' },
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
