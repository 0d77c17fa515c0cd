import type { Customer, FileUpload } from '../../models/index.ts'
import type { FieldValue, FieldValues } from '../../src/customers/customer.ts'

export interface ModelFile {
  readonly upload: FileUpload
  readonly rows: readonly { readonly line: number; readonly phone: string; readonly values: FieldValues }[]
  isEffective: boolean
}

/**
 * What the customers are, told from the files alone: those that count, one after the other. Values go by the order of
 * sharing, record keeping by the order in which the files were applied.
 */
export function expectCustomers(files: readonly ModelFile[]): Map<string, Record<string, unknown>> {
  const customers = new Map<string, Record<string, unknown>>()
  const applied = files.filter(({ isEffective }) => isEffective)
  for (const { upload, rows } of applied) {
    for (const phone of new Set(rows.map((row) => row.phone))) {
      const lines = rows.filter((row) => row.phone === phone).map(({ line }) => line)
      const known = customers.get(phone)
      const at = upload.shared_at
      customers.set(phone, {
        primary_phone: phone,
        first_uploaded_at: at,
        first_upload: { upload: upload._id, line: lines[0] },
        ...known,
        updated_at: known && (known.updated_at as Date) > at ? known.updated_at : at,
        last_upload: { upload: upload._id, line: lines.at(-1) },
        upload_count: ((known?.upload_count as number) ?? 0) + 1,
      })
    }
  }
  const shared = [...applied].sort((a, b) => a.upload.shared_at.getTime() - b.upload.shared_at.getTime())
  for (const { rows } of shared)
    for (const { phone, values } of rows)
      for (const [path, value] of Object.entries(values)) put(customers.get(phone) ?? {}, path, value)
  return customers
}

function put(customer: Record<string, unknown>, path: string, value: FieldValue | null): void {
  const isAttribute = path.startsWith('attributes.')
  const name = path.replace('attributes.', '')
  const holder = isAttribute ? ((customer.attributes ?? {}) as Record<string, unknown>) : customer
  if (value === null) delete holder[name]
  else holder[name] = value
  if (isAttribute && Object.keys(holder).length > 0) customer.attributes = holder
  if (isAttribute && Object.keys(holder).length === 0) delete customer.attributes
}

/** A stored customer as the model tells it: without its id, and without an `attributes` that holds nothing. */
export function asModelled({ _id, attributes, ...rest }: Customer): Record<string, unknown> {
  return { ...rest, ...(attributes && Object.keys(attributes).length > 0 && { attributes }) }
}
