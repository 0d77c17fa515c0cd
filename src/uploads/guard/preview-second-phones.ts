import type { Customer, Models, UploadPreview, UploadRow } from '../../../models/index.ts'
import { createSecondPhoneList, findHolders, nameOf, nameOthers } from '../second-phones/index.ts'

/** Rows of a file whose phone is a second phone of other customers, as the receipt lists them. */
interface SecondPhonePreview {
  /** @param customers the customers the rows were planned with, by their own phone */
  add(rows: readonly UploadRow[], customers: ReadonlyMap<string, Customer>): Promise<void>
  result(): Pick<UploadPreview, 'second_phones' | 'matched_phones'>
}

/** Reads the stored second phones. Those that a file adds to its own customers are in the file's receipt. */
export function createSecondPhonePreview(models: Models): SecondPhonePreview {
  const [kept, matched] = [createSecondPhoneList(), createSecondPhoneList()]
  return {
    async add(rows, customers) {
      const own = rows.filter(isOwn)
      const holders = await findHolders(
        models,
        own.flatMap(({ phone }) => phone ?? []),
      )
      for (const { line, phone = '', values } of own) {
        const found = holders.get(phone)
        const name = nameOf(customers.get(phone)) ?? nameOf(values)
        if (found) kept.add({ line, phone, ...named(name), others: nameOthers(found.customers) })
      }
      for (const { line, phone = '', customer_phone, values } of rows) {
        if (customer_phone === undefined) continue
        const other = nameOf(customers.get(customer_phone))
        const others = [{ phone: customer_phone, ...named(other) }]
        matched.add({ line, phone, ...named(nameOf(values)), others })
      }
    },
    result() {
      const [second_phones, matched_phones] = [kept.result(), matched.result()]
      return { ...(second_phones && { second_phones }), ...(matched_phones && { matched_phones }) }
    },
  }
}

/** True for a customer's first row in the file under the customer's own phone. */
function isOwn({ phone, customer_phone, outcome }: UploadRow): boolean {
  return phone !== undefined && customer_phone === undefined && outcome !== 'duplicate'
}

const named = (name: string | undefined) => (name === undefined ? {} : { name })
