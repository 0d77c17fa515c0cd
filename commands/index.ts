/**
 * The table of slash commands. Tests compare the registration in Slack, the manifest and the README with it.
 */
import { resolveUpload } from './access/index.ts'
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
import { isUploaderOrFile, runUploads } from './uploads/index.ts'

export type { CommandDefinition, CommandDeps } from './reply/index.ts'

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
 * @throws driver errors
 */
export async function answerText(input: CommandInput, deps: CommandDeps): Promise<Reply> {
  const pasted = findPastedList(input.text.trim())
  if (pasted === 'link') return describeNoLink()
  if (pasted === 'rows') return describeNoRows()
  const { command, text, otherwise, name, isEnding } = chooseCommand(input.text, { ...deps, ...input })
  if (command === 'help') return explain()
  if (isEnding) return (await findEnding(text, input, deps)) ?? (await runUploads({ ...input, text }, deps))
  if (command === '/customer') return await runCustomer({ ...input, text }, deps)
  if (name !== undefined && !(await isUploaderOrFile(name, input, deps)))
    return await runCustomer({ ...input, text }, deps)
  const reply = await runUploads({ ...input, text }, deps)
  // No file has this name: then it is a person's name.
  const isNoFile = reply.trace === undefined && reply.parts.every(({ kind }) => kind !== 'menu')
  return otherwise && isNoFile ? await runCustomer({ ...input, text: otherwise.text }, deps) : reply
}

/** Undefined if no phone has this end, no loan has this ID and an upload has this number. */
async function findEnding(text: string, input: CommandInput, deps: CommandDeps): Promise<Reply | undefined> {
  const reply = await runCustomer({ ...input, text }, deps)
  if ((reply.trace?.customers?.length ?? 0) > 0) return reply
  const upload = await resolveUpload(Number(text), input, deps)
  return upload === null ? reply : undefined
}

function explain(): Reply {
  const examples: readonly Sentence[] = [
    [
      { code: '7417119014' },
      ', the last digits, a name, an e-mail or a loan ID: the customer, and what changed',
    ],
    [{ code: 'sharma pune' }, ' or ', { code: 'pune' }, ': customers by name, city or both'],
    [{ code: 'history 7417119014' }, ': all changes of a customer'],
    [{ code: 'today' }, ', ', { code: 'last week' }, ', ', { code: 'by ravi' }, ': files and their results'],
    [{ code: 'show 42' }, ': the receipt of one file'],
    [{ code: 'count by city' }, ': how many customers there are'],
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
