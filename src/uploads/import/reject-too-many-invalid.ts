import type { ReadRow } from '../../customers/fields/index.ts'
import { AppError } from '../../errors.ts'
import { ROW_PROBLEMS, type RowProblem } from '../../row-problems.ts'

/** Minimum of rows for a rejection: three bad rows of five prove nothing. */
const MIN_ROWS = 20

/**
 * Rejects a file in which few rows are valid: a wrong column, a damaged export, another country's numbers.
 * Runs before the first row is written, and reports the most frequent problem.
 *
 * @param rows the first rows of the file
 * @param maxInvalidPercent 0 to 100; 100 rejects nothing
 * @param foreign what the numbers look like, if they are not of the default region
 * @throws AppError too_many_invalid
 */
export function rejectTooManyInvalid(
  file: string,
  rows: readonly ReadRow[],
  maxInvalidPercent: number,
  foreign: string | null,
): void {
  const checked = rows.filter(({ kind }) => kind !== 'blank')
  const problems = checked.flatMap((row) => (row.kind === 'invalid' ? [row.problem] : []))
  const share = problems.length / Math.max(1, checked.length)
  if (checked.length < MIN_ROWS || share * 100 <= maxInvalidPercent) return
  const usual = commonest(problems)
  throw new AppError('too_many_invalid', {
    file,
    invalid: problems.length,
    rows: checked.length,
    limit: `${maxInvalidPercent} %`,
    why: usual?.message ?? '',
    fix: (usual?.code === 'phone_invalid' && foreign) || (usual ? ROW_PROBLEMS[usual.code] : ''),
  })
}

function commonest(problems: readonly RowProblem[]): RowProblem | undefined {
  const counts = new Map<string, number>()
  const keyOf = ({ code, column }: RowProblem): string => `${code} ${column}`
  for (const problem of problems) counts.set(keyOf(problem), (counts.get(keyOf(problem)) ?? 0) + 1)
  const [usual] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? []
  return problems.find((problem) => keyOf(problem) === usual)
}
