import type { RowProblemCode } from '../../row-problems.ts'
import type { ReadRow } from './customer.ts'

type CustomerRow = Extract<ReadRow, { kind: 'customer' }>

/** A row that reads well, made invalid by the stored customers. Its problem is shown at the phone's column. */
export function refuseRow(
  { line, source }: CustomerRow,
  code: RowProblemCode,
  message: string,
): Extract<ReadRow, { kind: 'invalid' }> {
  return {
    kind: 'invalid',
    line,
    cells: source?.cells ?? [],
    problem: { line, column: source?.column ?? null, code, message },
  }
}
