import type { FileUpload } from '../../models/index.ts'
import type { FieldValue } from '../../src/customers/fields/index.ts'
import { formatPhone } from '../../src/customers/phones/index.ts'
import type { ListFormat } from '../../src/lists/index.ts'
import { compareUploads, type ListDifference, writeComparison } from '../../src/uploads/comparison/index.ts'
import { findCustomerIds } from '../../src/uploads/history/index.ts'
import { findLastAlike, findUploadBefore } from '../../src/uploads/queries/index.ts'
import { reachOf, resolveNamed } from '../access/index.ts'
import { showValue } from '../customer/index.ts'
import { describeLimits, sendWritten, takeFormat, withLimits } from '../customer-lists/index.ts'
import { findMeantUpload, isReply, nameUploadBriefly, showButton } from '../receipts/index.ts'
import {
  type ActionInput,
  type Button,
  brief,
  type CommandDeps,
  type CommandInput,
  createProgressReport,
  describeGone,
  formatCount,
  headingsOf,
  labelOf,
  type NamedDeps,
  pageButtons,
  pageValue,
  type Reply,
  type ReplyPart,
  type Sentence,
  toAsker,
  traced,
  type Viewer,
} from '../reply/index.ts'

/**
 * Rows of both lists from which on the reply takes more than a tenth of a second, so progress is posted
 * first.
 */
const MANY_ROWS = 1_000
const MAX_EXAMPLES = 5
const EXAMPLE = '/uploads compare 42 41'
/** Sends the full differences to the person. */
export const SEND_COMPARISON = 'send_comparison'

/** `/uploads compare 42 41`, `… as xlsx`: customers in only one of the lists, and values that differ. */
export async function compareLists({ text, ...viewer }: CommandInput, deps: CommandDeps): Promise<Reply> {
  const { text: references, format } = takeFormat(text)
  const [first = '', second, ...others] = await splitNames(splitReferences(references), viewer, deps)
  if (others.length > 0)
    return toAsker(
      { kind: 'headline', text: 'Two files are compared at a time.' },
      {
        kind: 'text',
        text: ['Example: ', { code: EXAMPLE }, '.'],
      },
    )
  const list = await findMeantUpload(first, viewer, deps, EXAMPLE)
  if (isReply(list)) return list
  if (second === undefined) return await compareWithEarlier(list, viewer, deps, format)
  const other = await findMeantUpload(second, viewer, deps, EXAMPLE)
  return isReply(other) ? other : await describeComparison(list, other, viewer, deps, format)
}

/** Compares with the last list of the same headings, or with the list before it. The reply names it. */
async function compareWithEarlier(
  list: FileUpload,
  viewer: Viewer,
  deps: CommandDeps,
  format: ListFormat,
): Promise<Reply> {
  const reach = reachOf(viewer, deps)
  const same = await findLastAlike(deps.models, list, reach)
  const other = same ?? (await findUploadBefore(deps.models, list, reach))
  if (other === null)
    return toAsker({
      kind: 'headline',
      text: [...nameUploadBriefly(list), ' has no earlier upload to compare with.'],
    })
  const reply = await describeComparison(list, other, viewer, deps, format)
  const note = same
    ? `#${same.number} is the last earlier file with the same headings.`
    : `No earlier file has the same headings. #${other.number} is the file before it.`
  const [headline, ...rest] = reply.parts
  return headline && rest.length > 0
    ? { ...reply, parts: [headline, { kind: 'note', text: note }, ...rest] }
    : reply
}

/** The comparison without the file, which a button sends. */
export async function buildComparisonPage(
  about: readonly string[],
  viewer: Viewer,
  deps: CommandDeps,
): Promise<Reply> {
  return await compareNumbers(about, viewer, deps)
}

/** The button below a comparison without the file. */
export async function sendComparison({ value, ...viewer }: ActionInput, deps: CommandDeps): Promise<Reply> {
  return await compareNumbers(value.split(':'), viewer, deps, 'csv')
}

async function compareNumbers(
  [first = '', second = '']: readonly string[],
  viewer: Viewer,
  deps: CommandDeps,
  format?: ListFormat,
): Promise<Reply> {
  if (!/^\d{1,9}$/.test(first) || !/^\d{1,9}$/.test(second)) return describeGone()
  const list = await findMeantUpload(first, viewer, deps, EXAMPLE)
  const other = await findMeantUpload(second, viewer, deps, EXAMPLE)
  if (isReply(list)) return list
  return isReply(other) ? other : await describeComparison(list, other, viewer, deps, format)
}

/** `42 41`, `#42 with #41`, `last`, `42`. */
function splitReferences(typed: string): string[] {
  const text = typed.replace(/^between /i, '')
  if (/^(?:the |my )?(?:last|latest) (?:two|2)(?: (?:files|uploads|lists))?$/i.test(text)) return ['last']
  const parts = text.split(/\s+(?:with|and|to|vs\.?|versus|against|-)\s+|\s*,\s+/i)
  return parts.length > 1 ? parts : text.split(/\s+(?=#?\d+$)/)
}

/** `day-1 day-2` are two file names, unless one file has this name. */
async function splitNames(
  parts: readonly string[],
  viewer: Viewer,
  deps: CommandDeps,
): Promise<readonly string[]> {
  const [whole = '', ...others] = parts
  const names = whole.trim().split(/\s+/)
  if (others.length > 0 || names.length !== 2) return parts
  return (await resolveNamed(whole, 1, viewer, deps)).length > 0 ? parts : names
}

interface Tally {
  readonly counts: Record<ListDifference['kind'] | 'same', number>
  readonly examples: Record<ListDifference['kind'], ListDifference[]>
}

async function describeComparison(
  list: FileUpload,
  other: FileUpload,
  viewer: Viewer,
  deps: CommandDeps,
  format: ListFormat | undefined,
): Promise<Reply> {
  const refusal = refuse(list, other)
  if (refusal) return refusal
  const total = (list.counts?.rows ?? 0) + (other.counts?.rows ?? 0)
  if (total > MANY_ROWS)
    await viewer.post?.(
      toAsker({
        kind: 'text',
        text: `Comparing #${list.number} with #${other.number}. The answer will be posted here in a moment.`,
      }),
    )
  const tally: Tally = {
    counts: { new: 0, missing: 0, changed: 0, same: 0 },
    examples: { new: [], missing: [], changed: [] },
  }
  const report = createProgressReport(viewer, {
    work: `Comparing #${list.number} with #${other.number}`,
    unit: 'rows',
    total,
  })
  const onCompared = (same: number) => {
    tally.counts.same += same
  }
  const differences = count(compareUploads(deps.models, list, other, onCompared, report), tally)
  const isSent = format !== undefined && deps.sendPrivateFile !== undefined
  const sent = isSent ? await sendLists([list, other], differences, tally, viewer, deps, format) : undefined
  // Differences that were not written are still counted.
  for await (const _ of differences);
  const did = sent === undefined ? 'looked_up' : 'exported'
  const phones = Object.values(tally.examples).flatMap((some) => some.map(({ phone }) => phone))
  return traced(
    describeTally(list, other, tally, { ...deps, headings: headingsOf([list, other]) }, sent),
    did,
    {
      uploads: [list.number, other.number],
      customers: await findCustomerIds(deps.models, phones),
    },
  )
}

function refuse(list: FileUpload, other: FileUpload): Reply | undefined {
  if (list.number === other.number)
    return toAsker({
      kind: 'headline',
      text: `Both numbers are #${list.number}. Type two different numbers.`,
    })
  const unfit = [list, other].find(({ kind, counts }) => kind !== 'import' || !counts?.rows)
  if (!unfit) return undefined
  return toAsker({
    kind: 'headline',
    text:
      unfit.kind === 'undo'
        ? `#${unfit.number} is an undo, so it has no rows to compare.`
        : `#${unfit.number} has no rows to compare: it is not finished, or nothing was imported.`,
  })
}

const isDifferent = ({ counts }: Tally): boolean => counts.new + counts.missing + counts.changed > 0

async function* count(
  differences: AsyncIterable<ListDifference>,
  { counts, examples }: Tally,
): AsyncGenerator<ListDifference> {
  for await (const difference of differences) {
    counts[difference.kind] += 1
    if (examples[difference.kind].length < MAX_EXAMPLES) examples[difference.kind].push(difference)
    yield difference
  }
}

async function sendLists(
  [list, other]: readonly [FileUpload, FileUpload],
  differences: AsyncIterable<ListDifference>,
  tally: Tally,
  { user }: Viewer,
  deps: CommandDeps,
  format: ListFormat,
): Promise<string | undefined> {
  const file = {
    uploads: [list.number, other.number],
    name: `compare-${list.number}-with-${other.number}.${format}`,
    comment: `Differences between #${list.number} ${list.file.name} and #${other.number} ${other.file.name}. Customers marked "new" are only in #${list.number}, those marked "missing" only in #${other.number}.`,
  }
  let limits: string | undefined
  const sent = await sendWritten(deps, user, file, async (path) => {
    const written = await writeComparison(differences, path, {
      format,
      before: `#${other.number}`,
      after: `#${list.number}`,
      labelOf: (field) => labelOf(field, { ...deps, headings: headingsOf([list, other]) }),
    })
    limits = describeLimits(written)
    return isDifferent(tally)
  })
  return withLimits(sent, limits)
}

function describeTally(
  list: FileUpload,
  other: FileUpload,
  { counts, examples }: Tally,
  deps: NamedDeps,
  sent: string | undefined,
): Reply {
  const [here, there] = [`#${list.number}`, `#${other.number}`]
  const strippedLists = [list, other].filter(({ retention }) => retention).map(({ number }) => `#${number}`)
  const parts: ReplyPart[] = [
    { kind: 'headline', text: [...nameUploadBriefly(list), ' compared with ', ...nameUploadBriefly(other)] },
    {
      kind: 'facts',
      facts: [
        { label: `New, only in ${here}`, value: formatCount(counts.new) },
        { label: `Missing, only in ${there}`, value: formatCount(counts.missing) },
        ...(strippedLists.length > 0
          ? [{ label: 'In both', value: formatCount(counts.changed + counts.same) }]
          : [
              { label: 'In both, changed', value: formatCount(counts.changed) },
              { label: 'In both, unchanged', value: formatCount(counts.same) },
            ]),
      ],
    },
    ...listExamples('New', examples.new, counts.new, deps),
    ...listExamples('Missing', examples.missing, counts.missing, deps),
    ...listExamples('Changed', examples.changed, counts.changed, deps),
  ]
  if (strippedLists.length > 0)
    parts.push({
      kind: 'text',
      text: `Changed values are not shown, because the retention policy deleted the values of ${strippedLists.join(' and ')}.`,
    })
  if (sent !== undefined) parts.push({ kind: 'text', text: sent })
  parts.push({
    kind: 'note',
    text: 'Customers are matched by phone. Blank cells are not changes.',
  })
  const isSendable =
    deps.sendPrivateFile !== undefined && sent === undefined && isDifferent({ counts, examples })
  const sendLists: Button[] = isSendable
    ? [{ label: 'Send me the full lists', action: SEND_COMPARISON, value: `${list.number}:${other.number}` }]
    : []
  return toAsker(
    ...parts,
    pageButtons(
      pageValue('compare', list.number, other.number),
      ...sendLists,
      showButton(list),
      showButton(other),
    ),
  )
}

function listExamples(
  label: string,
  examples: readonly ListDifference[],
  total: number,
  deps: NamedDeps,
): ReplyPart[] {
  if (examples.length === 0) return []
  const rest = total - examples.length
  const items: Sentence[] = examples.map((example) => describeExample(example, deps))
  if (rest > 0) items.push(`… and ${formatCount(rest)} more.`)
  return [
    { kind: 'text', text: [{ bold: `${label}:` }] },
    { kind: 'list', items },
  ]
}

const MAX_FIELDS = 3
const MAX_LETTERS = 40

function describeExample(difference: ListDifference, deps: NamedDeps): Sentence {
  const { phone, values } = difference
  const who =
    typeof values.full_name === 'string' ? `${values.full_name} · ${formatPhone(phone)}` : formatPhone(phone)
  if (difference.kind !== 'changed') return who
  const show = (path: string, value: FieldValue | null) => brief(showValue(path, value, deps), MAX_LETTERS)
  const fields = difference.fields
    .slice(0, MAX_FIELDS)
    .map(({ path, before, after }) => `${labelOf(path, deps)} ${show(path, before)} → ${show(path, after)}`)
  const rest = difference.fields.length - MAX_FIELDS
  return `${who}: ${fields.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}
