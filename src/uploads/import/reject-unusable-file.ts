import type { ReadRow } from '../../customers/fields/index.ts'
import { AppError, ROW_PROBLEMS, type RowProblem } from '../../errors.ts'

/** Rows a judgement needs: in a file of five, three bad ones mean nothing. */
const MIN_ROWS = 20

/**
 * Turns away a file in which hardly a row can be used: the wrong column, a damaged export, another country's numbers.
 * Said before the first row is written, and with what is wrong most often.
 *
 * @param rows the beginning of the file, as read
 * @param maxInvalidPercent 0 to 100; at 100 nothing is refused
 * @param foreign what the numbers look like, where they are no numbers of the default region
 * @throws AppError too_many_invalid
 */
export function rejectUnusableFile(
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
