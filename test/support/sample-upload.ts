import { mongo } from 'mongoose'
import type {
  FileUpload,
  ForgetUpload,
  ImportUpload,
  SwitchUpload,
  UndoUpload,
  UploadCounts,
} from '../../models/index.ts'

/** Ten in the morning in India on a day of January 2026. */
export const onDay = (day: number, hour = 10, minute = 0): Date =>
  new Date(Date.UTC(2026, 0, day, hour, minute) - 5.5 * 3_600_000)

/** Balanced counts: the rows are the sum of the outcomes. */
export function countsOf(outcomes: Partial<Omit<UploadCounts, 'rows'>> = {}): UploadCounts {
  const counts = { created: 0, updated: 0, unchanged: 0, duplicate: 0, invalid: 0, blank: 0, ...outcomes }
  return { rows: Object.values(counts).reduce((sum, n) => sum + n, 0), ...counts }
}

type UndoFields = Partial<UndoUpload> & Pick<UndoUpload, 'kind' | 'undo_of'>

/** Differences from the sample. Other kinds than import are given. */
export type SampleFields =
  | Partial<ImportUpload>
  | UndoFields
  | (Partial<ForgetUpload> & Pick<ForgetUpload, 'kind' | 'forget'>)
  | (Partial<SwitchUpload> & Pick<SwitchUpload, 'kind' | 'switch_of'>)

/** Upload #42 of asha, imported in 2.5 seconds. */
export function sampleUpload(fields?: Partial<ImportUpload>): ImportUpload
export function sampleUpload(fields: UndoFields): UndoUpload
export function sampleUpload(fields: SampleFields): FileUpload
export function sampleUpload(fields: SampleFields = {}): FileUpload {
  return {
    kind: 'import',
    _id: new mongo.ObjectId('65a000000000000000000042'),
    number: 42,
    status: 'done',
    source: {
      kind: 'slack',
      team: 'T1',
      channel: 'C1',
      user: 'U1',
      file_id: 'F42',
      permalink: 'https://team.slack.com/files/U1/F42/january.csv',
      thread: '1.0',
    },
    file: { name: 'january.csv', bytes: 10_000 },
    attempts: 1,
    shared_at: onDay(15),
    started_at: onDay(15),
    finished_at: new Date(onDay(15).getTime() + 2_500),
    receipt: { due: false },
    ...fields,
  }
}
