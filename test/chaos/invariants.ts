import { isReceipt, type Message, type Share, type Workspace } from '../../dev/workspace.ts'
import {
  type Customer,
  type FileUpload,
  type Models,
  ROW_OUTCOMES,
  type UploadRow,
} from '../../models/index.ts'
import { type CustomerFile, FIELDS, type Field } from './customer-files.ts'
import { expectCustomers } from './expected-customers.ts'

export interface SharedCustomerFile {
  readonly file: CustomerFile
  readonly share: Share
}

/** A promise that was not kept. */
export class BrokenInvariant extends Error {
  override readonly name = 'BrokenInvariant'
}

function hold(isKept: boolean, what: string): asserts isKept {
  if (!isKept) throw new BrokenInvariant(what)
}

/** Everything the database and the threads must say once all shares have come to their end. */
export async function checkInvariants(
  models: Models,
  workspace: Workspace,
  shared: readonly SharedCustomerFile[],
): Promise<void> {
  const uploads = await models.fileUploads.collection.find<FileUpload>({}).toArray()
  hold(uploads.length === shared.length, `${shared.length} shares became ${uploads.length} uploads`)
  for (const { file, share } of shared) {
    const own = uploads.filter(({ source }) => source.kind === 'slack' && source.file_id === share.fileId)
    hold(own.length === 1, `${file.name} has ${own.length} uploads`)
    const [upload] = own
    if (upload) {
      await checkRows(models, upload, file)
      checkThread(await workspace.thread(share), upload)
    }
  }
  await checkCustomers(models, uploads, shared)
}

/** Every row there once, as the file says it; outcomes that balance. */
async function checkRows(models: Models, upload: FileUpload, file: CustomerFile): Promise<void> {
  const name = `#${upload.number} ${file.name}`
  hold(upload.status === 'done', `${name} is ${upload.status} (${upload.problem?.code ?? 'no problem'})`)
  hold(upload.lease === undefined && !upload.receipt.due, `${name} is done and still held`)
  const rows = await models.uploadRows.collection
    .find<UploadRow>({ upload: upload._id })
    .sort({ line: 1 })
    .toArray()
  hold(rows.length === file.rows.length, `${name} has ${rows.length} rows of ${file.rows.length}`)
  const seen = new Set<string>()
  for (const [index, expected] of file.rows.entries()) {
    const row = rows[index]
    const at = `${name}, line ${index + 2}`
    hold(row?.line === index + 2, `${at}: the row there is of line ${row?.line}`)
    if (expected.kind !== 'customer') {
      hold(row.outcome === expected.kind, `${at}: ${row.outcome}, not ${expected.kind}`)
      continue
    }
    hold(row.phone === expected.phone, `${at}: another phone`)
    const isRepeated = seen.has(expected.phone)
    hold(isRepeated === (row.outcome === 'duplicate'), `${at}: ${row.outcome}, repeated ${isRepeated}`)
    seen.add(expected.phone)
  }
  const { counts } = upload
  hold(counts?.rows === rows.length, `${name}: the receipt counts ${counts?.rows} rows of ${rows.length}`)
  for (const outcome of ROW_OUTCOMES) {
    const written = rows.filter((row) => row.outcome === outcome).length
    hold(counts[outcome] === written, `${name}: ${counts[outcome]} ${outcome} counted, ${written} written`)
  }
}

/** One answer under each share: the receipt, with the numbers of the database; and the failed rows, once. */
function checkThread(thread: readonly Message[], upload: FileUpload): void {
  const name = `#${upload.number} ${upload.file.name}`
  const messages = thread.filter(({ files }) => files === undefined)
  const files = thread.length - messages.length
  const invalid = upload.counts?.invalid ?? 0
  hold(files === (invalid > 0 ? 1 : 0), `${name} has ${files} files of ${invalid} failed rows`)
  const states = messages.map(({ metadata }) => String(metadata?.event_payload.state)).join(', ')
  hold(messages.length === 1, `${name} has ${messages.length} answers (${states})`)
  const [receipt] = messages
  hold(receipt !== undefined && isReceipt(receipt), `${name}: the answer is no receipt but ${states}`)
  const said = JSON.stringify([receipt.text, receipt.blocks])
  const { counts } = upload
  hold(counts !== undefined, `${name} has no counts`)
  const imported = counts.rows - counts.invalid - counts.blank
  for (const number of [upload.number, imported, counts.rows, ...ROW_OUTCOMES.map((key) => counts[key])])
    hold(said.includes(number.toLocaleString('en-US')), `${name}: the receipt does not say ${number}`)
}

async function checkCustomers(
  models: Models,
  uploads: readonly FileUpload[],
  shared: readonly SharedCustomerFile[],
): Promise<void> {
  const sharedAt = new Map(
    uploads.map(({ source, shared_at }) => [
      source.kind === 'slack' ? source.file_id : '',
      shared_at.getTime(),
    ]),
  )
  const inOrder = shared.toSorted(
    (a, b) => (sharedAt.get(a.share.fileId) ?? 0) - (sharedAt.get(b.share.fileId) ?? 0),
  )
  const expected = expectCustomers(inOrder.map(({ file }) => file))
  const stored = await models.customers.collection.find<Customer>({}).toArray()
  hold(stored.length === expected.size, `${stored.length} customers of ${expected.size}`)
  const births = await findBirths(models)
  for (const customer of stored) {
    const should = expected.get(customer.primary_phone)
    const name = `customer ${customer.primary_phone}`
    hold(should !== undefined, `${name} is in no file`)
    for (const field of FIELDS) {
      const [is, want] = [storedValue(customer, field), should.values.get(field)]
      hold(is === want, `${name}: ${field} is ${is}, the files come to ${want}`)
    }
    hold(
      customer.upload_count === should.files,
      `${name} counts ${customer.upload_count} uploads of ${should.files}`,
    )
    const born = births.get(customer.primary_phone) ?? []
    hold(born.length === 1, `${name} was created ${born.length} times`)
    hold(
      born[0]?.shared_at.getTime() === customer.first_uploaded_at.getTime(),
      `${name}: first_uploaded_at is not when the creating file was shared`,
    )
  }
}

function storedValue(customer: Customer, field: Field): unknown {
  const [holder, name] = field.split('.')
  return name === undefined ? customer[field] : (customer[holder ?? ''] as Record<string, unknown>)?.[name]
}

async function findBirths(models: Models): Promise<Map<string, UploadRow[]>> {
  const births = new Map<string, UploadRow[]>()
  for await (const row of models.uploadRows.collection.find<UploadRow>({ outcome: 'created' }))
    births.set(row.phone ?? '', [...(births.get(row.phone ?? '') ?? []), row])
  return births
}

/** Watches `first_uploaded_at` of every customer while the storm goes on: given once, it never moves. */
export function watchFirstUploads(models: Models): { look(): Promise<void>; readonly looks: number } {
  const first = new Map<string, number>()
  let looks = 0
  return {
    get looks() {
      return looks
    },
    async look() {
      looks += 1
      const found = models.customers.collection.find<Customer>(
        {},
        { projection: { primary_phone: 1, first_uploaded_at: 1 } },
      )
      for await (const { primary_phone: phone, first_uploaded_at: at } of found) {
        const before = first.get(phone)
        hold(before === undefined || before === at.getTime(), `customer ${phone}: first_uploaded_at moved`)
        first.set(phone, at.getTime())
      }
    },
  }
}
