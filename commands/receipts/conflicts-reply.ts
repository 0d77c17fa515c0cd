import type { FileUpload, NamedPhone, SecondPhones, SharedPhones, UploadPreview } from '../../models/index.ts'
import type { FieldCatalogue } from '../../src/customers/fields/index.ts'
import { formatPhone } from '../../src/customers/phones/index.ts'
import {
  brief,
  formatValue,
  groupLines,
  labelOf,
  nameFields,
  nameLines,
  plural,
  type ReplyPart,
  type Sentence,
} from '../reply/index.ts'

/** Maximum characters of a value; names are shorter. */
const MAX_LETTERS = 40

/**
 * Rows of one file that share a phone but differ in name or loan ID: lines, fields and both values of the
 * first ten.
 * @param rest where the others are, after their number
 */
export function describeSharedPhones(
  upload: Pick<FileUpload, 'file'> & { readonly shared_phones?: SharedPhones | undefined },
  catalogue: FieldCatalogue,
  rest: Sentence = '',
): ReplyPart[] {
  const { shared_phones: shared } = upload
  if (!shared) return []
  const show = (field: string, value: SharedPhones['examples'][number]['fields'][number]['to']) =>
    value === null ? '–' : brief(formatValue(value, catalogue.field(field)?.type), MAX_LETTERS)
  const items = shared.examples.map(({ line, fields }): Sentence => {
    const lines = [...new Set([...fields.map(({ earlier }) => earlier), line])].sort((a, b) => a - b)
    const values = fields.map(
      ({ field, from, to }) =>
        `${labelOf(field, { catalogue })} ${show(field, from)}, then ${show(field, to)}`,
    )
    return [nameLines(lines, upload), `: ${values.join('; ')}`]
  })
  const others = shared.rows - items.length
  if (others > 0) items.push([`… and ${plural(others, 'more row')}.`, ...[rest].flat()])
  return [
    {
      kind: 'text',
      text: `${plural(shared.rows, 'row')} ${shared.rows === 1 ? 'has' : 'have'} the phone of an earlier row with another name or loan ID. One phone is one customer, so the last row wins:`,
    },
    { kind: 'list', items },
  ]
}

/** Customers to whom two people gave different values within a day, with mentions of both. */
export function describeCollisions(upload: FileUpload, catalogue: FieldCatalogue): ReplyPart[] {
  const { collisions, source } = upload
  if (!collisions) return []
  const items = groupLines(collisions.examples, ({ fields, number }) => `${number} ${fields}`).map(
    ({ lines, first: { fields, number, by } }): Sentence => [
      nameLines(lines, upload),
      `: ${nameFields(fields, { catalogue })}, by `,
      { user: by },
      ` in #${number}. The values of `,
      { user: source.user },
      ' are used.',
    ],
  )
  const rest = collisions.customers - collisions.examples.length
  if (rest > 0) items.push(`… and ${plural(rest, 'more customer')}.`)
  return [
    {
      kind: 'text',
      text: `${plural(collisions.customers, 'customer')} got different values from someone else less than a day earlier:`,
    },
    { kind: 'list', items },
  ]
}

type Found = Pick<UploadPreview, 'second_phones' | 'matched_phones'>

/**
 * Rows of a file whose phone is a second phone of another customer: those that became their own customers,
 * and those that were matched. Both records of the first ten of each.
 * @param rest where the others are, after their number
 */
export function describeSecondPhones(
  upload: Pick<FileUpload, 'file'>,
  { second_phones: kept, matched_phones: matched }: Found,
  rest: Sentence = '',
): ReplyPart[] {
  return [
    ...listRows(upload, kept, rest, {
      text: (rows) =>
        `${plural(rows, 'row')} ${rows === 1 ? 'has' : 'have'} a phone that is a second phone of another customer. Each is a customer of its own:`,
      link: 'is a second phone of',
    }),
    ...listRows(upload, matched, rest, {
      text: (rows) =>
        `${plural(rows, 'row')} ${rows === 1 ? 'belongs' : 'belong'} to the customer who has the phone of the row as a second phone:`,
      link: 'belongs to',
    }),
  ]
}

interface Words {
  readonly text: (rows: number) => string
  readonly link: string
}

function listRows(
  upload: Pick<FileUpload, 'file'>,
  found: SecondPhones | undefined,
  rest: Sentence,
  { text: answer, link }: Words,
): ReplyPart[] {
  if (!found) return []
  const items = found.examples.map(({ line, others, ...row }): Sentence => {
    const who = others.map(nameRecord)
    return [
      nameLines([line], upload),
      `: ${nameRecord(row)} ${link} ${who.length > 0 ? who.join(' and ') : 'many customers'}`,
    ]
  })
  const more = found.rows - items.length
  if (more > 0) items.push([`… and ${plural(more, 'more row')}.`, ...[rest].flat()])
  return [
    { kind: 'text', text: answer(found.rows) },
    { kind: 'list', items },
  ]
}

function nameRecord({ phone, name }: NamedPhone): string {
  return name === undefined ? formatPhone(phone) : `${brief(name, MAX_LETTERS)} (${formatPhone(phone)})`
}
