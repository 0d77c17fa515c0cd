import type { Customer } from '../../models/index.ts'
import { formatPhone } from '../../src/customers/phones/index.ts'
import { findSeenUploads } from '../access/index.ts'
import {
  type CommandDeps,
  PICK_PAGE,
  pageButton,
  pageButtons,
  pageValue,
  plural,
  type Reply,
  toAsker,
  traced,
  type Viewer,
} from '../reply/index.ts'

/** Maximum of listed records: a table and a menu fit into one message. */
const MAX_LISTED = 12

/** Records of one phone, the latest first. */
export async function findRecords(phone: string, { models }: CommandDeps): Promise<Customer[]> {
  return await models.customers.collection
    .find<Customer>({ primary_phone: phone })
    .sort({ updated_at: -1, _id: -1 })
    .limit(MAX_LISTED + 1)
    .toArray()
}

/** A phone with several records, if the team's record kind allows it: a list to pick from. */
export async function describeRecords(
  phone: string,
  found: readonly Customer[],
  viewer: Viewer,
  deps: CommandDeps,
): Promise<Reply> {
  const records = found.slice(0, MAX_LISTED)
  const uploads = await findSeenUploads(
    records.map(({ last_upload }) => last_upload?.upload),
    viewer,
    deps,
  )
  const fileOf = ({ last_upload }: Customer): string => {
    const upload = uploads.get(String(last_upload?.upload))
    return upload ? `${upload.file.name} (#${upload.number})` : '–'
  }
  const isWritten = records.some(({ written_phone }) => written_phone !== undefined)
  const ids = records.map(({ _id }) => String(_id))
  const [newest = ''] = ids
  const count =
    found.length > records.length ? `the latest ${records.length} records` : plural(records.length, 'record')
  const reply = toAsker(
    {
      kind: 'headline',
      text: [{ bold: formatPhone(phone) }, `: ${count} with this number, the latest first`],
    },
    {
      kind: 'table',
      columns: [
        'Name',
        ...(isWritten ? ['Written as'] : []),
        'City',
        'Loan ID',
        'Last file',
        'Last mentioned',
      ],
      rows: records.map((record) => [
        textOf(record, 'full_name') || 'No name',
        ...(isWritten ? [record.written_phone ?? phone] : []),
        textOf(record, 'city'),
        textOf(record, 'loan_id'),
        fileOf(record),
        record.updated_at ? [{ time: record.updated_at, style: 'day' as const }] : '',
      ]),
    },
    {
      kind: 'menu',
      action: PICK_PAGE,
      label: 'Show one of them',
      value: '',
      options: records.map((record) => ({
        label: [textOf(record, 'full_name') || 'No name', record.written_phone ?? fileOf(record)].join(' · '),
        value: pageValue('customer', String(record._id)),
      })),
    },
    pageButtons(pageValue('records', newest), pageButton('History', pageValue('history', newest, 0))),
  )
  return traced(reply, 'looked_up', { customers: ids })
}

function textOf(record: Customer, field: string): string {
  return record[field] === undefined ? '' : String(record[field])
}
