import type { UndoCounts } from '../../models/index.ts'
import { countUndo, type PossibleUndo } from '../../src/uploads/undo/index.ts'
import { type ActionInput, type CommandDeps, createProgressReport, toAsker } from '../reply/index.ts'

/** Rows from which on counting takes more than a tenth of a second, so the person is asked to wait. */
const MANY_ROWS = 1_000

/**
 * Counts what an undo would do, for the question to the person, and posts the progress of a long count.
 * @param isWaiting true: the person already sees that something is counted
 */
export async function countUndoCustomers(
  possible: PossibleUndo,
  { now, post }: Pick<ActionInput, 'now' | 'post'>,
  { models }: Pick<CommandDeps, 'models'>,
  { isWaiting }: { readonly isWaiting: boolean },
): Promise<UndoCounts> {
  const { counts } = possible.file
  const work = `Counting the customers that an undo of #${possible.upload.number} changes`
  const rows = counts?.rows ?? 0
  if (rows > MANY_ROWS && !isWaiting)
    await post?.(toAsker({ kind: 'text', text: `${work}. The question will be posted here in a moment.` }))
  const { created = 0, updated = 0, unchanged = 0 } = counts ?? {}
  const total = created + updated + unchanged
  const report = createProgressReport(post ? { post } : {}, {
    work,
    unit: 'customers',
    total: total > 0 ? total : undefined,
  })
  return await countUndo(models, possible, now, report)
}
