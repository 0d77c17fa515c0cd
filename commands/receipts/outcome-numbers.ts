import { ROW_OUTCOMES, type RowOutcome, type UploadCounts } from '../../models/index.ts'
import type { ReplyPart } from '../reply/index.ts'

const OUTCOME_LABELS: Record<RowOutcome, string> = {
  created: 'Created',
  updated: 'Updated',
  unchanged: 'Unchanged',
  duplicate: 'Duplicates',
  invalid: 'Invalid',
  blank: 'Blank',
}

/** The numbers of a receipt: the rows, and the six outcomes that add up to them. */
export function showOutcomes(counts: UploadCounts): ReplyPart {
  return {
    kind: 'numbers',
    numbers: [
      { label: 'Rows', value: counts.rows },
      ...ROW_OUTCOMES.map((outcome) => ({ label: OUTCOME_LABELS[outcome], value: counts[outcome] })),
    ],
  }
}
