import {
  type FieldSummary,
  type FileUpload,
  ROW_OUTCOMES,
  type UploadCounts,
  type UploadPreview,
} from '../../models/index.ts'
import { isSameValue } from '../../src/uploads/rows/index.ts'
import { type CommandDeps, formatCount, nameFields, nameOfLine } from '../reply/index.ts'

type Fields = Pick<CommandDeps, 'catalogue'>

/** Maximum of listed differences: one is enough to show that the data changed in between. */
const MAX_LISTED = 6

/**
 * How an import differs from its preview: by outcomes, else by fields, else by earlier values. Empty if it
 * matches.
 */
export function compareWithPreview(
  upload: Pick<FileUpload, 'file' | 'preview' | 'counts' | 'changed_fields'>,
  fields: Fields,
): string[] {
  const { preview, counts, changed_fields } = upload
  if (!preview || !counts) return []
  const outcomes = compareOutcomes(preview, counts)
  if (outcomes.length > 0 || !changed_fields) return outcomes
  const others = compareFields(preview, changed_fields, fields)
  return (
    others.length > 0 ? others : compareValues(preview, changed_fields, fields, nameOfLine(upload))
  ).slice(0, MAX_LISTED)
}

function compareOutcomes(preview: UploadPreview, counts: UploadCounts): string[] {
  return ROW_OUTCOMES.filter((outcome) => preview.counts[outcome] !== counts[outcome]).map(
    (outcome) => `${formatCount(counts[outcome])} ${outcome}, not ${formatCount(preview.counts[outcome])}`,
  )
}

function compareFields(preview: UploadPreview, changed: readonly FieldSummary[], fields: Fields): string[] {
  const shown = new Map(preview.fields.map(({ field, customers }) => [field, customers]))
  const done = new Map(changed.map(({ path, changed, added, cleared }) => [path, changed + added + cleared]))
  return [...new Set([...shown.keys(), ...done.keys()])].flatMap((path) => {
    const [was, is] = [shown.get(path) ?? 0, done.get(path) ?? 0]
    return was === is
      ? []
      : [`${nameFields([path], fields)} of ${formatCount(is)}, not ${formatCount(was)} customers`]
  })
}

function compareValues(
  preview: UploadPreview,
  changed: readonly FieldSummary[],
  fields: Fields,
  noun: string,
): string[] {
  return preview.fields.flatMap(({ field, examples }) => {
    const done = changed.find(({ path }) => path === field)?.examples ?? []
    return examples.flatMap(({ line, from }) => {
      const is = done.find((example) => example.line === line)
      return is === undefined || isSameValue(is.from, shorten(from, is.from))
        ? []
        : [`${noun} ${line} had another ${nameFields([field], fields)}`]
    })
  })
}

/** An upload stores only the start of a long value. */
function shorten<T>(value: T, kept: unknown): T | string {
  return typeof value === 'string' && typeof kept === 'string' ? value.slice(0, kept.length) : value
}
