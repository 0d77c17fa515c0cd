import { mongo } from 'mongoose'
import type { Customer } from '../../models/index.ts'
import type { FieldValue } from '../../src/customers/fields/index.ts'
import { formatPhone } from '../../src/customers/phones/index.ts'
import {
  fieldsOf,
  findPhone,
  findSources,
  type HistoryEvent,
  readHistory,
  readRecordHistory,
  type ValueSource,
} from '../../src/uploads/history/index.ts'
import { findSeenUploads, type SeenUpload } from '../access/index.ts'
import {
  type CommandDeps,
  describeGone,
  formatCount,
  formatValue,
  type Headings,
  headingsOf,
  type Inline,
  labelOf,
  nameOfLine,
  pageButton,
  pageButtons,
  pageValue,
  plural,
  type Reply,
  type Sentence,
  toAsker,
  traced,
  type Viewer,
} from '../reply/index.ts'
import { describeRecords, findRecords } from './customer-records.ts'

/** A modal holds five times as much as a message; the files hold everything. */
function pointToMore({ last_upload }: Customer, uploads: ReadonlyMap<string, SeenUpload>): Inline[] {
  const upload = uploads.get(String(last_upload?.upload))
  const link = upload?.source.kind === 'slack' ? upload.source.message_link : undefined
  const name = upload ? `${upload.file.name} (#${upload.number})` : undefined
  return [
    'To see more, open ',
    { bold: 'Look a customer up' },
    ' from the Slack search field',
    ...(name === undefined
      ? []
      : ['. Latest file: ', link === undefined ? { code: name } : { link, label: name }]),
    '.',
  ]
}

/** A customer's current card. */
export async function buildCustomerPage(
  [id = '']: readonly string[],
  viewer: Viewer,
  deps: CommandDeps,
): Promise<Reply> {
  const customer = await findCustomer(id, deps)
  if (customer) return await describeCustomer(customer, viewer, deps)
  const phone = await findPhone(deps.models, id)
  return phone === undefined ? describeGone() : await describePhone(phone, viewer, deps)
}

/** All records of a phone. */
export async function buildRecordsPage(
  [id = '']: readonly string[],
  viewer: Viewer,
  deps: CommandDeps,
): Promise<Reply> {
  const phone = await findPhone(deps.models, id)
  return phone === undefined ? describeGone() : await describePhone(phone, viewer, deps)
}

/** A customer with the source of each field. */
export async function buildSourcesPage(
  about: readonly string[],
  viewer: Viewer,
  deps: CommandDeps,
): Promise<Reply> {
  const customer = await findCustomer(about[0] ?? '', deps)
  if (!customer) return await buildCustomerPage(about, viewer, deps)
  const sources = findSources(customer, await readRecordHistory(deps.models, customer))
  const events = [...sources.values()].flatMap(({ event, givenBackBy }) => [event, givenBackBy])
  const uploads = await findSeenUploads(
    events.map((event) => event?.upload),
    viewer,
    deps,
  )
  const id = String(customer._id)
  const reply = toAsker(
    nameCustomer(customer.primary_phone, customer.full_name),
    {
      kind: 'table',
      columns: ['Field', 'Value', 'Where from', 'Who', 'When'],
      rows: listFields(fieldsOf(customer), deps, headingsOf(uploads.values())).map(
        ({ path, label, value }) => [label, value, ...describeSource(sources.get(path), uploads)],
      ),
    },
    pageButtons(pageValue('sources', id), pageButton('Back', pageValue('customer', id)), historyButton(id)),
  )
  return traced({ ...reply, rest: pointToMore(customer, uploads) }, 'looked_up', { customers: [id] })
}

/**
 * The reply for a phone: one customer, several records, a deleted customer, or a phone that no file
 * contained.
 */
export async function describePhone(phone: string, viewer: Viewer, deps: CommandDeps): Promise<Reply> {
  const [customer, ...others] = await findRecords(phone, deps)
  if (!customer) return await describeMissing(phone, viewer, deps)
  if (others.length > 0) return await describeRecords(phone, [customer, ...others], viewer, deps)
  return await describeCustomer(customer, viewer, deps)
}

async function describeCustomer(customer: Customer, viewer: Viewer, deps: CommandDeps): Promise<Reply> {
  const { primary_phone: phone, written_phone } = customer
  const [uploads, records] = await Promise.all([
    findSeenUploads([customer.first_upload?.upload, customer.last_upload?.upload], viewer, deps),
    deps.models.customers.collection.countDocuments({ primary_phone: phone }),
  ])
  const id = String(customer._id)
  const reply = toAsker(
    nameCustomer(phone, customer.full_name),
    {
      kind: 'facts',
      facts: [
        ...(written_phone === undefined ? [] : [{ label: 'Written as', value: written_phone }]),
        ...listFields(fieldsOf(customer), deps, headingsOf(uploads.values())).map(({ label, value }) => ({
          label,
          value,
        })),
      ],
    },
    {
      kind: 'note',
      text: [callLink(phone), '. ', ...describeUploads(customer, uploads)],
    },
    pageButtons(
      pageValue('customer', id),
      pageButton('Where from?', pageValue('sources', id)),
      historyButton(id),
      ...(records > 1 ? [pageButton(`All ${formatCount(records)} records`, pageValue('records', id))] : []),
    ),
  )
  return traced({ ...reply, rest: pointToMore(customer, uploads) }, 'looked_up', { customers: [id] })
}

async function findCustomer(id: string, { models }: CommandDeps): Promise<Customer | null> {
  if (!/^[0-9a-f]{24}$/.test(id)) return null
  return await models.customers.collection.findOne<Customer>({ _id: new mongo.ObjectId(id) })
}

async function describeMissing(phone: string, viewer: Viewer, deps: CommandDeps): Promise<Reply> {
  const history = await readHistory(deps.models, phone)
  const last = history.at(-1)
  if (!last) {
    const reply = toAsker(
      { kind: 'headline', text: `No uploaded file contains ${formatPhone(phone)}.` },
      {
        kind: 'text',
        text: ['Check the number. To see the uploaded files, type ', { code: '/uploads recent' }, '.'],
      },
    )
    return traced(reply, 'looked_up')
  }
  const uploads = await findSeenUploads([last.upload], viewer, deps)
  // The row's id: after a switch the customer's own id may occur in no row.
  const id = String(last._id)
  const reply = toAsker(
    { kind: 'headline', text: `${formatPhone(phone)} is no longer stored.` },
    {
      kind: 'text',
      text: [
        'Last change: ',
        ...describeUpload(last, uploads),
        ', ',
        { time: last.shared_at, style: 'minute' },
        '.',
      ],
    },
    pageButtons(pageValue('customer', id), historyButton(id)),
  )
  return traced(reply, 'looked_up', { customers: [String(last.customer)] })
}

export function historyButton(id: string) {
  return pageButton('History', pageValue('history', id, 0))
}

/** A number that starts a call when tapped; Slack accepts such a link in small print only. */
function callLink(phone: string): Inline {
  return { link: `tel:${phone}`, label: `Call ${formatPhone(phone)}` }
}

/** A card's first line. */
export function nameCustomer(phone: string, name: unknown) {
  const before = typeof name === 'string' ? `${name} · ` : ''
  return { kind: 'headline', text: [{ bold: `${before}${formatPhone(phone)}` }] } as const
}

/** Fields in catalogue order, then attributes. The headline already has the phone. */
export function listFields(
  values: Readonly<Record<string, FieldValue>>,
  { catalogue }: CommandDeps,
  headings?: Headings,
): { readonly path: string; readonly label: string; readonly value: string }[] {
  const known = catalogue.fields.filter(({ name }) => name !== 'primary_phone' && values[name] !== undefined)
  const others = Object.keys(values).filter((path) => !catalogue.field(path))
  return [...known.map(({ name }) => name), ...others].map((path) => ({
    path,
    label: labelOf(path, { catalogue, ...(headings && { headings }) }),
    value: showValue(path, values[path], { catalogue }),
  }))
}

/** A stored value for a person; a dash if there is none. */
export function showValue(
  path: string,
  value: FieldValue | null | undefined,
  { catalogue }: Pick<CommandDeps, 'catalogue'>,
): string {
  return value === null || value === undefined ? '–' : formatValue(value, catalogue.field(path)?.type)
}

function describeSource(
  source: ValueSource | undefined,
  uploads: ReadonlyMap<string, SeenUpload>,
): Sentence[] {
  if (!source) return ['not from an upload', '–', '–']
  const { event, givenBackBy } = source
  const upload = uploads.get(String(event.upload))
  const undo = givenBackBy && uploads.get(String(givenBackBy.upload))
  return [
    [
      ...nameUpload(event, upload),
      ...(givenBackBy ? [`, restored by undo ${undo ? `#${undo.number}` : ''}`.trimEnd()] : []),
    ],
    upload ? [{ user: upload.source.user }] : '–',
    [{ time: event.shared_at, style: 'minute' }],
  ]
}

/** `day-1.csv (#1), line 2`, `undo #4 of #3`. */
function nameUpload(event: HistoryEvent, upload: SeenUpload | undefined): Inline[] {
  if (!upload) return ['an upload that no longer exists']
  if (upload.kind === 'undo') return [`undo #${upload.number} of #${upload.undo_of.number}`]
  if (upload.isElsewhere) return [`${upload.file.name} (#${upload.number})`]
  return [{ code: upload.file.name }, ` (#${upload.number}), ${nameOfLine(upload)} ${event.line}`]
}

/** The same with the person. */
export function describeUpload(event: HistoryEvent, uploads: ReadonlyMap<string, SeenUpload>): Inline[] {
  const upload = uploads.get(String(event.upload))
  return [...nameUpload(event, upload), ...(upload ? [' by ', { user: upload.source.user }] : [])]
}

/** When it was created and last mentioned; a single sentence if both are the same. */
function describeUploads(customer: Customer, uploads: ReadonlyMap<string, SeenUpload>): Inline[] {
  const { first_uploaded_at, first_upload, updated_at, last_upload, upload_count = 0 } = customer
  const first: Inline[] = [
    'First uploaded ',
    ...describeMoment(first_uploaded_at, uploads.get(String(first_upload?.upload))),
  ]
  if (upload_count === 1 && String(first_upload?.upload) === String(last_upload?.upload))
    return [...first, '. In 1 upload.']
  const last = describeMoment(updated_at, uploads.get(String(last_upload?.upload)))
  return [...first, '. Last mentioned ', ...last, `. In ${plural(upload_count, 'upload')}.`]
}

function describeMoment(time: Date | undefined, upload: SeenUpload | undefined): Inline[] {
  const when: Inline[] = time ? [{ time, style: 'minute' }] : ['at an unknown time']
  if (!upload) return when
  return [...when, ` in ${upload.file.name} (#${upload.number}) by `, { user: upload.source.user }]
}
