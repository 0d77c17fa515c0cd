import { resolveNamed, resolveUpload } from '../access/index.ts'
import { runMapping } from '../columns/index.ts'
import { findCustomersBy } from '../customer/index.ts'
import { countList, exportList } from '../customer-lists/index.ts'
import { runDigest } from '../digest/index.ts'
import {
  FORMS,
  type FormPage,
  pageOfForm,
  parseRecent,
  parseUploadsRequest,
  type UploadsRequest,
  type UploadsWord,
} from '../forms/index.ts'
import {
  brief,
  type CommandDeps,
  type CommandInput,
  describeTooLong,
  pageButton,
  pageValue,
  type Reply,
  type Sentence,
  toAsker,
  traced,
} from '../reply/index.ts'
import { runPreview } from './preview.ts'
import { runUndoCommand } from './undo.ts'
import { compareLists } from './uploads-compare.ts'
import { isUploader, listRecent } from './uploads-recent.ts'
import { showUpload } from './uploads-show.ts'
import { buildWhoPage } from './uploads-who.ts'

const MAX_LETTERS = 60
/** Maximum of customers behind one button, whose value is limited. */
const MAX_CUSTOMERS = 12

/** @param input its `text` is what follows the subcommand */
type Run = (input: CommandInput, deps: CommandDeps) => Promise<Reply>

const SUBCOMMANDS: Readonly<Record<UploadsWord, Run>> = {
  recent: listRecentOrShow,
  show: showUpload,
  compare: compareLists,
  digest: runDigest,
  count: countList,
  export: exportList,
  mapping: runMapping,
  preview: runPreview,
  undo: runUndoCommand,
}

/** `status of day-1`: a name that nobody has can be a file's. */
async function listRecentOrShow(input: CommandInput, deps: CommandDeps): Promise<Reply> {
  const asked = parseRecent(input.text, { ...deps, ...input })
  const [name, another] = asked.kind === 'list' ? (asked.names ?? []) : []
  if (name !== undefined && another === undefined && !(await isUploader(name, input, deps))) {
    const [file, ...others] = await resolveNamed(name, 2, input, deps)
    if (file && others.length === 0) return await showUpload({ ...input, text: `#${file.number}` }, deps)
  }
  return await listRecent(input, deps)
}

/** True if somebody or a file has this name. */
export async function isUploaderOrFile(
  name: string,
  input: CommandInput,
  deps: CommandDeps,
): Promise<boolean> {
  return (await isUploader(name, input, deps)) || (await resolveNamed(name, 1, input, deps)).length > 0
}

/** The subcommands of `/uploads`. */
export const SUBCOMMAND_NAMES: readonly string[] = Object.keys(SUBCOMMANDS)

/** `/uploads …`: which files came in and what they did. */
export async function runUploads(input: CommandInput, deps: CommandDeps): Promise<Reply> {
  const tooLong = describeTooLong(input.text.trim())
  if (tooLong) return tooLong
  return await answer(parseUploadsRequest(input.text, { ...deps, ...input }), input, deps)
}

async function answer(request: UploadsRequest, input: CommandInput, deps: CommandDeps): Promise<Reply> {
  switch (request.kind) {
    case 'help':
      return explainUploads()
    case 'word':
      return await SUBCOMMANDS[request.word]({ ...input, text: request.text }, deps)
    case 'who':
      return await buildWhoPage([request.text], input, deps)
    case 'unknown':
      return await describeUnknown(request, input, deps)
  }
}

/**
 * One line, and the nearest working form as a button, else the customers with this name. Never a form that
 * changes or exports something.
 */
async function describeUnknown(
  { text, nearest, isOffered }: Extract<UploadsRequest, { kind: 'unknown' }>,
  input: CommandInput,
  deps: CommandDeps,
): Promise<Reply> {
  const page = await findNearestPage(text, nearest, isOffered === true, input, deps)
  const customers = nearest === undefined && !page ? await findNamed(text, input, deps) : []
  const reply = toAsker(
    {
      kind: 'headline',
      text: [
        `"${brief(text, MAX_LETTERS)}" was not understood.`,
        ...(nearest === undefined
          ? []
          : [' Did you mean ', { code: `/uploads ${brief(nearest, MAX_LETTERS)}` }, '?']),
        ...(customers.length > 0
          ? [' To look up a customer, type ', { code: `/customer ${brief(text, MAX_LETTERS)}` }, '.']
          : []),
      ],
    },
    {
      kind: 'buttons',
      buttons: [
        page
          ? pageButton(brief(page.typed, MAX_LETTERS), pageValue(page.page, ...page.about))
          : customers.length > 0
            ? pageButton(`Look up ${brief(text, MAX_LETTERS)}`, pageValue('people', ...customers))
            : pageButton('Show what works', pageValue('help', 'uploads')),
      ],
    },
  )
  return customers.length > 0 ? traced(reply, 'looked_up', { customers }) : reply
}

/** Customers who match the typed text exactly. */
async function findNearestPage(
  text: string,
  nearest: string | undefined,
  isOffered: boolean,
  input: CommandInput,
  deps: CommandDeps,
): Promise<FormPage | undefined> {
  const page = (form: string) => pageOfForm(form, { ...deps, ...input })
  if (nearest !== undefined) {
    if (isOffered) return page(nearest)
    const number = /^(?:undo|export) #?(\d{1,9})$/.exec(nearest)?.[1]
    const upload = number === undefined ? null : await resolveUpload(Number(number), input, deps)
    return upload === null || upload === 'elsewhere' ? undefined : page(`show ${upload.number}`)
  }
  const [file] = await resolveNamed(text, 1, input, deps)
  if (file) return page(`show ${file.number}`)
  return (await isUploader(text, input, deps)) ? page(`by ${text}`) : undefined
}
async function findNamed(text: string, input: CommandInput, deps: CommandDeps): Promise<readonly string[]> {
  return (await findCustomersBy(text, input, deps)).slice(0, MAX_CUSTOMERS)
}

/** The help text, from the table of forms. */
export function explainUploads(): Reply {
  const items = FORMS.filter(({ command, isShort }) => command === '/uploads' && isShort).map(
    ({ example, shows, isForAdmins }): Sentence => [
      { code: `/uploads ${example}` },
      `: ${shows.replaceAll('`', '')}${isForAdmins ? '; admins only' : ''}`,
    ],
  )
  return toAsker(
    { kind: 'headline', text: 'What would you like to see?' },
    { kind: 'list', items },
    {
      kind: 'note',
      text: 'To import customers, share a CSV file or an Excel workbook in this channel. The receipt is posted as a reply.',
    },
  )
}
