import type { FileUpload, HoldReason, SameFile, UploadPreview } from '../../models/index.ts'
import type { FieldCatalogue } from '../../src/customers/fields/index.ts'
import { explainReason } from '../../src/uploads/guard/index.ts'
import {
  describeChosenColumns,
  describeEncodingQuestion,
  describePhoneQuestion,
  describeReadingQuestion,
  describeSheetQuestion,
  LEAVE_UPLOAD,
} from '../questions/index.ts'
import { describeNotes, describeReading } from '../reading/index.ts'
import {
  formatValue,
  type Inline,
  labelOf,
  nameOfLine,
  plural,
  type Reply,
  type ReplyPart,
  type Sentence,
  toAsker,
} from '../reply/index.ts'
import { compareWithPreview } from './compare-with-preview.ts'
import { describeSecondPhones, describeSharedPhones } from './conflicts-reply.ts'
import { showOutcomes } from './outcome-numbers.ts'
import { listProblems } from './problem-list.ts'

/** Names of the buttons' actions. */
export const APPROVE_UPLOAD = 'approve_upload'
export const PREVIEW_EXAMPLES = 'preview_examples'
/**
 * Imports a held file without the rows that share a phone but differ: they go to the CSV of rows to correct.
 */
export const CORRECT_SHARED_PHONES = 'correct_shared_phones'

/** Imports a file held by the guard, after another confirmation. */
export const IMPORT_ANYWAY = 'import_anyway'

const MAX_FIELDS = 12

function nameOf({ number, file }: FileUpload): Inline[] {
  return [{ bold: `#${number}` }, ' ', { code: file.name }]
}

/**
 * The message of a held upload in its thread: why it waits, what it would do, and the two buttons. Contains
 * no customer values.
 */
export function describeHeld(upload: FileUpload, catalogue: FieldCatalogue): Reply {
  const { hold, preview, same_as } = upload
  const reasons = hold?.reasons ?? []
  const isSuspicious = reasons.length > 0
  return {
    visibility: 'channel',
    parts: [
      {
        kind: 'headline',
        text: [
          ...nameOf(upload),
          isSuspicious
            ? ' looks like the wrong file. Nothing has been imported yet.'
            : ': a preview. Nothing was imported.',
        ],
      },
      ...describeReading(upload),
      ...chosenColumnsOf(upload),
      ...(upload.private_until
        ? [
            {
              kind: 'note' as const,
              text: 'Only you can see this preview. Import asks for the channel. After one day without an import, the preview is discarded.',
            },
          ]
        : []),
      ...(isSuspicious ? [{ kind: 'list' as const, items: reasons.map(describeReason) }] : []),
      ...(preview ? describePreview(upload, preview, catalogue) : []),
      ...describeNotes(upload.notes ?? []),
      ...(same_as && !reasons.some(({ kind }) => kind === 'identical') ? [describeSame(same_as)] : []),
      {
        kind: 'buttons',
        buttons: [
          {
            label: isSuspicious ? 'Import anyway' : 'Import',
            action: APPROVE_UPLOAD,
            value: String(upload.number),
            ...(!isSuspicious && { style: 'primary' as const }),
          },
          ...(preview?.shared_phones
            ? [
                {
                  label: 'Correct shared phones',
                  action: CORRECT_SHARED_PHONES,
                  value: String(upload.number),
                },
              ]
            : []),
          { label: 'Discard', action: LEAVE_UPLOAD, value: String(upload.number) },
          ...(preview && preview.fields.length > 0
            ? [{ label: 'Examples', action: PREVIEW_EXAMPLES, value: String(upload.number) }]
            : []),
        ],
      },
    ],
  }
}

/** The confirmation before a file held by the guard is imported. */
export function describeImportAnyway(upload: FileUpload): Reply {
  const { hold, preview, number } = upload
  return toAsker(
    { kind: 'headline', text: ['Import ', ...nameOf(upload), ' anyway?'] },
    { kind: 'list', items: (hold?.reasons ?? []).map(describeReason) },
    ...(preview
      ? [
          { kind: 'text', text: 'An import now would have these results:' } as const,
          showOutcomes(preview.counts),
        ]
      : []),
    { kind: 'note', text: 'You can undo the import later.' },
    {
      kind: 'buttons',
      buttons: [{ label: 'Import anyway', action: IMPORT_ANYWAY, value: String(number), style: 'danger' }],
    },
  )
}

function chosenColumnsOf(upload: FileUpload): ReplyPart[] {
  const text = describeChosenColumns(upload)
  return text ? [{ kind: 'note', text }] : []
}

function describeReason(reason: HoldReason): Sentence {
  if (reason.kind !== 'identical') return explainReason(reason)
  return [
    'This exact file was uploaded before as ',
    { bold: `#${reason.number}` },
    ' by ',
    { user: reason.by },
    ', ',
    { time: reason.at, style: 'minute' },
    '.',
  ]
}

/** The expected receipt, and the number of customers per changed field. */
function describePreview(
  upload: FileUpload,
  { counts, fields, problems, shared_phones, dummies = [], kept = [], ...preview }: UploadPreview,
  catalogue: FieldCatalogue,
): ReplyPart[] {
  const parts: ReplyPart[] = [
    { kind: 'text', text: 'An import now would have these results:' },
    showOutcomes(counts),
  ]
  if (fields.length > 0)
    parts.push({
      kind: 'list',
      items: fields
        .slice(0, MAX_FIELDS)
        .map(
          ({ field, customers }) =>
            `${labelOf(field, { catalogue })}: ${plural(customers, 'customer')} would change`,
        ),
    })
  if (counts.invalid > 0) parts.push(...listProblems(upload, counts.invalid, problems))
  parts.push(...describeSharedPhones({ ...upload, shared_phones }, catalogue))
  if (shared_phones)
    parts.push({
      kind: 'note',
      text: [
        { bold: 'Correct shared phones' },
        ' imports the file without these rows: all rows of these phones go among the rows to correct.',
      ],
    })
  parts.push(...describeSecondPhones(upload, preview))
  parts.push(...[...kept, ...dummies].map((text) => ({ kind: 'note' as const, text })))
  return parts
}

/** The values behind a preview, for one person only. */
export function describeExamples(upload: FileUpload, catalogue: FieldCatalogue): Reply {
  const rows = (upload.preview?.fields ?? []).flatMap(({ field, examples }) => {
    const show = (value: (typeof examples)[number]['from']) =>
      value === null ? '' : formatValue(value, catalogue.field(field)?.type)
    return examples.map(({ line, from, to }): Sentence[] => [
      labelOf(field, { catalogue }),
      String(line),
      show(from),
      show(to),
    ])
  })
  return {
    visibility: 'asker',
    parts: [
      { kind: 'headline', text: ['Examples of what ', ...nameOf(upload), ' would change'] },
      {
        kind: 'table',
        columns: ['Field', nameOfLine(upload) === 'row' ? 'Row' : 'Line', 'Now', 'After import'],
        rows,
      },
    ],
  }
}

/**
 * A receipt's lines about the import's origin: who approved it, differences from the preview, an earlier
 * upload of the same file.
 */
export function describeOrigins(upload: FileUpload, catalogue: FieldCatalogue): ReplyPart[] {
  const { hold, preview, counts, same_as } = upload
  const parts: ReplyPart[] = []
  if (upload.source.kind === 'slack' && upload.source.unshared && hold?.answer)
    parts.push({
      kind: 'note',
      text: [
        'Imported from a preview by ',
        { user: upload.source.user },
        '. The file itself was not shared in this channel.',
      ],
    })
  if (hold?.answer && hold.reasons.length > 0)
    parts.push({
      kind: 'note',
      text: [
        'Held because it looked like the wrong file. Imported anyway by ',
        { user: hold.answer.by },
        '.',
      ],
    })
  if (hold?.answer?.shared_phones)
    parts.push({
      kind: 'note',
      text: [
        'Rows that share a phone but differ in name or loan ID are among the rows to correct, as ',
        { user: hold.answer.by },
        ' decided.',
      ],
    })
  else if (preview && counts && hold?.answer) {
    const shown = compareWithPreview(upload, { catalogue })
    parts.push({
      kind: 'note',
      text:
        shown.length === 0
          ? 'The result matches the preview.'
          : `The result differs from the preview, because the data changed in between: ${shown.join('; ')}.`,
    })
  }
  if (same_as) parts.push(describeSame(same_as))
  return parts
}

function describeSame({ number, by, at }: SameFile): ReplyPart {
  return {
    kind: 'note',
    text: [
      'This exact file was uploaded before: ',
      { bold: `#${number}` },
      ' by ',
      { user: by },
      ', ',
      { time: at, style: 'minute' },
      '.',
    ],
  }
}

/**
 * What a held upload waits for, with its buttons: a preview to decide on, or a question about columns or
 * sheets.
 */
export function describeDecision(upload: FileUpload, catalogue: FieldCatalogue): Reply {
  const { hold, question } = upload
  const isShown = hold !== undefined && hold.answer === undefined
  if (isShown || !question) return describeHeld(upload, catalogue)
  switch (question.kind) {
    case 'encoding':
      return describeEncodingQuestion(upload, question)
    case 'sheet':
      return describeSheetQuestion(upload, question)
    case 'reading':
      return describeReadingQuestion(upload, question)
    case 'phone_column':
      return describePhoneQuestion(upload, question)
  }
}
