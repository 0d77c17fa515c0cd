import type { FileUpload } from '../../models/index.ts'
import type { ColumnMapping, FieldCatalogue } from '../../src/customers/fields/index.ts'
import { COLUMNS_PAGE, nameColumn, RULE_WORDS } from '../reading/index.ts'
import { findMeantUpload, isReply } from '../receipts/index.ts'
import {
  type CommandDeps,
  describeGone,
  labelOf,
  pageButton,
  pageButtons,
  pageValue,
  plural,
  type Reply,
  toAsker,
  traced,
  type Viewer,
} from '../reply/index.ts'

/** Columns per page. */
const PAGE = 40

/** The target of every column, page by page. Shows headings only, no cells. */
export async function buildColumnsPage(
  [number = '', at = '0']: readonly string[],
  viewer: Viewer,
  deps: CommandDeps,
): Promise<Reply> {
  if (!/^\d{1,9}$/.test(number) || !/^\d{1,4}$/.test(at)) return describeGone()
  const upload = await findMeantUpload(number, viewer, deps, '/uploads show 42')
  if (isReply(upload)) return upload
  const columns = upload.file.mapping?.columns
  if (!columns) return describeGone()
  const page = Number(at)
  const shown = columns.slice(page * PAGE, (page + 1) * PAGE)
  if (shown.length === 0) return describeGone()
  const rest = columns.length - (page * PAGE + shown.length)
  const here = pageValue(COLUMNS_PAGE, number, page)
  const turn = (label: string, to: number) => pageButton(label, pageValue(COLUMNS_PAGE, number, to))
  const reply = toAsker(
    {
      kind: 'headline',
      text: [
        { bold: `#${upload.number}` },
        ' ',
        { code: upload.file.name },
        ` has ${plural(columns.length, 'column')}`,
      ],
    },
    {
      kind: 'table',
      columns: ['Column', 'Read as'],
      rows: shown.map((column) => [nameColumn(column), describeTarget(column, upload, deps)]),
    },
    ...(rest > 0 ? [{ kind: 'note', text: `… and ${plural(rest, 'more column')}.` } as const] : []),
    pageButtons(
      here,
      ...(page > 0 ? [turn('Previous columns', page - 1)] : []),
      ...(rest > 0 ? [turn('Next columns', page + 1)] : []),
      pageButton(`Show #${upload.number}`, pageValue('upload', upload.number)),
    ),
  )
  return traced(reply, 'looked_up', { uploads: [upload.number] })
}

/** The target of a column, in words. */
function describeTarget(
  { target, field, rank = 0, part, keptAs, isKey, why }: ColumnMapping,
  { file }: FileUpload,
  { catalogue }: { readonly catalogue: FieldCatalogue },
): string {
  switch (target) {
    case 'phone':
      return isKey === false
        ? 'Other phones'
        : rank === 0
          ? 'Phone'
          : `Phone, if the first is empty (${rank + 1})`
    case 'field': {
      const label = labelOf(field, { catalogue }) + ruleAfter(field, file)
      const how = part !== undefined ? ', a part of it' : rank > 0 ? ', if the first is empty' : ''
      return `${label}${how}${keptAs === undefined ? '' : '; also kept as it is'}`
    }
    case 'attribute':
      return `Kept as it is${ruleAfter(`attributes.${field}`, file)}`
    case 'ignored':
      return why === undefined ? 'Left out' : `Left out (${why})`
  }
}

function ruleAfter(path: string, { mapping }: FileUpload['file']): string {
  const rule = mapping?.rules?.find((one) => one.path === path)?.rule
  return rule === undefined ? '' : ` (${RULE_WORDS[rule].toLowerCase()})`
}
