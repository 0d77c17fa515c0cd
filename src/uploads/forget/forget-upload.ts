import type { FileUpload } from '../../../models/index.ts'
import type { FieldValue } from '../../customers/fields/index.ts'
import type { Person } from './read-person.ts'
import { scrubQuestion } from './scrub-question.ts'
import { scrubTexts } from './scrub-texts.ts'

type Example = { readonly line: number; readonly from: FieldValue | null; readonly to: FieldValue | null }

/**
 * The fields of an upload's document that must change so that it no longer contains a person: example values,
 * examples in a question, a first row taken as a heading, a file name and texts about it. Undefined if
 * nothing is theirs; a field that is undefined must be removed.
 */
export function scrubUpload(upload: FileUpload, person: Person): Record<string, unknown> | undefined {
  const lines = person.lines.get(String(upload._id))
  // A held or discarded file has no recorded rows, so the person's lines are unknown: whatever could be
  // theirs is removed.
  const isUnrecorded = upload.status === 'held' || upload.status === 'failed'
  const isTheirs = (path: string, { line, from }: Example) =>
    lines?.has(line) === true || (isUnrecorded && (from === null || person.had(path, from)))
  const set: Record<string, unknown> = {}

  const { changed_fields, preview, question, file, shared_phones } = upload
  if (changed_fields?.some(({ path, examples }) => examples.some((one) => isTheirs(path, one))))
    set.changed_fields = changed_fields.map((field) => ({
      ...field,
      examples: field.examples.filter((one) => !isTheirs(field.path, one)),
    }))
  if (preview?.fields.some(({ field, examples }) => examples.some((one) => isTheirs(field, one))))
    set['preview.fields'] = preview.fields.map((one) => ({
      ...one,
      examples: one.examples.filter((example) => !isTheirs(one.field, example)),
    }))
  for (const [path, shared] of [
    ['shared_phones', shared_phones],
    ['preview.shared_phones', preview?.shared_phones],
  ] as const) {
    const kept = shared?.examples.filter(({ line, fields }) =>
      fields.every(
        ({ field, earlier, from, to }) =>
          !isTheirs(field, { line, from, to }) &&
          !isTheirs(field, { line: earlier, from, to }) &&
          !(isUnrecorded && person.had(field, to)),
      ),
    )
    if (shared && kept && kept.length < shared.examples.length) set[path] = { ...shared, examples: kept }
  }

  // The person's lines in an unfinished file are unknown: all its sampled cells are removed.
  const isUnread = upload.finished_at === undefined
  const isSampled = file.sample?.some(({ cells }) =>
    cells.some(({ line, text }) => lines?.has(line) || person.names(text) || person.hadAnywhere(text)),
  )
  if (file.sample && file.sample.length > 0 && (isUnread || isSampled)) set['file.sample'] = []
  Object.assign(set, scrubSecondPhones(upload, person))

  // The first line of a file without headings can be the person's row: then all of it is theirs.
  const isHeading = (texts: readonly string[] = []) => texts.some(person.names)
  if (isHeading(file.header)) {
    set['file.header'] = file.header?.map(() => '')
    set['file.headings'] = undefined
    if (file.mapping)
      set['file.mapping.columns'] = file.mapping.columns.map((one) => ({ ...one, header: '' }))
    if (file.phone_column) set['file.phone_column.header'] = ''
  }
  const candidates = question && scrubQuestion(question, person)
  if (candidates) set['question.candidates'] = candidates
  Object.assign(set, scrubWords(upload, person))
  scrubTexts(upload, set, person)
  return Object.keys(set).length > 0 ? set : undefined
}

/** The phone identifies both records of such a row. */
function scrubSecondPhones(
  { second_phones, matched_phones, preview }: FileUpload,
  { phone }: Person,
): Record<string, unknown> {
  const set: Record<string, unknown> = {}
  for (const [path, found] of [
    ['second_phones', second_phones],
    ['matched_phones', matched_phones],
    ['preview.second_phones', preview?.second_phones],
    ['preview.matched_phones', preview?.matched_phones],
  ] as const) {
    const kept = found?.examples.filter(
      (one) => one.phone !== phone && !one.others.some((other) => other.phone === phone),
    )
    if (found && kept && kept.length < found.examples.length) set[path] = { ...found, examples: kept }
  }
  const problems = preview?.problems.filter(
    ({ problem }) => problem.code !== 'phone_of_several' || !problem.message.includes(phone),
  )
  if (problems && problems.length < (preview?.problems.length ?? 0)) set['preview.problems'] = problems
  return set
}

/** Names, addresses and sentences that contain the file's name or cells. */
function scrubWords({ file, source, problem, notes, finished_at }: FileUpload, { names }: Person) {
  const set: Record<string, unknown> = {}
  if (names(file.name)) set['file.name'] = FORGOTTEN_FILE
  if (source.kind === 'slack' && source.permalink && names(readableAddress(source.permalink)))
    set['source.permalink'] = undefined
  // A waiting file is opened by its path, so the path stays.
  if (source.kind === 'cli' && finished_at && names(source.path)) set['source.path'] = FORGOTTEN_FILE
  if (problem && (names(problem.message) || names(problem.next)))
    set.problem = { ...problem, message: FORGOTTEN_WORDS, next: names(problem.next) ? '' : problem.next }
  if (notes?.some(names)) set.notes = notes.filter((note) => !names(note))
  return set
}

const FORGOTTEN_FILE = 'forgotten.csv'
const FORGOTTEN_WORDS = 'The file was not imported. The reason named a person who was forgotten.'

function readableAddress(address: string): string {
  try {
    return decodeURIComponent(address)
  } catch {
    return address
  }
}
