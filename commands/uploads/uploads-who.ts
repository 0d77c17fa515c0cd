import { type PersonSummary, summarisePeriod } from '../../src/uploads/queries/index.ts'
import { parseUploadsRequest } from '../forms/index.ts'
import {
  brief,
  type CommandDeps,
  describeGone,
  formatCount,
  type Inline,
  pageButton,
  pageButtons,
  pageValue,
  plural,
  type Reply,
  type Sentence,
  toAsker,
  type Viewer,
} from '../reply/index.ts'
import { endOfDay, type Period, startOfDay } from '../text/index.ts'

/** Maximum of people in the table; the rest is one line. */
const MAX_PEOPLE = 20
const MAX_NAME_LETTERS = 40
/** Before any possible upload. */
const LONG_AGO = '2000-01-01'

/** `/uploads who uploaded today`: the people who shared files in these days, and the results. */
export async function buildWhoPage(
  [text = '']: readonly string[],
  viewer: Viewer,
  deps: CommandDeps,
): Promise<Reply> {
  const request = parseUploadsRequest(`who uploaded ${text}`, { ...deps, ...viewer })
  return request.kind === 'who' ? await describeWho(request.period, text, viewer, deps) : describeGone()
}

async function describeWho(
  period: Period,
  text: string,
  { now, channels }: Viewer,
  { models, timeZone }: CommandDeps,
): Promise<Reply> {
  const { from = LONG_AGO, until } = period
  const span = {
    from: startOfDay(from, timeZone),
    until: until === undefined ? now : endOfDay(until, timeZone),
  }
  const { files, people } = await summarisePeriod(models, span, [], channels)
  if (files === 0)
    return toAsker(
      { kind: 'headline', text: `Nobody uploaded a file ${period.text}.` },
      { kind: 'buttons', buttons: [pageButton('Latest uploads', pageValue('recent', ''))] },
    )
  const who = people.length === 1 ? '1 person' : `${formatCount(people.length)} people`
  const rest = people.length - MAX_PEOPLE
  return toAsker(
    { kind: 'headline', text: `${who} uploaded ${plural(files, 'file')} ${period.text}` },
    {
      kind: 'table',
      columns: ['Who', 'Files', 'Rows', 'Created', 'Updated', 'Invalid'],
      rows: people.slice(0, MAX_PEOPLE).map(describePerson),
    },
    ...(rest > 0 ? [{ kind: 'note', text: `… and ${formatCount(rest)} more.` } as const] : []),
    pageButtons(pageValue('who', text), pageButton('Show the files', pageValue('recent', text))),
  )
}

function describePerson({ user, files, names, counts }: PersonSummary): Sentence[] {
  const named = names.map((name) => brief(name, MAX_NAME_LETTERS)).join(', ')
  const more = files - names.length
  const count = (n: number): Inline[] => [{ count: n }]
  return [
    [{ user }],
    more > 0 ? `${named} and ${formatCount(more)} more` : named,
    ...[counts.rows, counts.created, counts.updated, counts.invalid].map(count),
  ]
}
