import type { FileUpload, UploadRow } from '../../models/index.ts'
import { ROW_PROBLEMS } from '../../src/row-problems.ts'
import { groupLines, nameLines, plural, type ReplyPart, type Sentence } from '../reply/index.ts'

type ProblemRow = Required<Pick<UploadRow, 'line' | 'problem'>>

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

/**
 * The invalid rows of an upload, with how to fix them.
 * @param total their number
 * @param problems the first of them, in file order
 */
export function listProblems(
  upload: Pick<FileUpload, 'file'>,
  total: number,
  problems: readonly ProblemRow[],
): ReplyPart[] {
  const items = groupLines(problems, ({ problem }) => problem.message).map(
    ({ lines, first: { problem } }): Sentence => [
      nameLines(lines, upload),
      // The message already names the column.
      `: ${lowerFirst(problem.message)} ${ROW_PROBLEMS[problem.code]}`,
    ],
  )
  const rest = total - problems.length
  if (rest > 0) items.push(`… and ${plural(rest, 'more row')} to correct.`)
  return [
    {
      kind: 'text',
      text: [
        { bold: 'To correct: ' },
        `${plural(total, 'row')} could not be imported. The other rows are not affected.`,
      ],
    },
    { kind: 'list', items },
  ]
}
