import type { ColumnChoice, Models } from '../../../models/index.ts'
import type { Person } from './forget-person.ts'

/**
 * A file without headings whose first line has no phone is taken to have them. Where that line was the person's, a choice
 * remembered for it is good for no other file, and goes.
 */
export async function forgetHeadings({ columnChoices }: Models, { names }: Person): Promise<void> {
  const choices = columnChoices.collection.find<Pick<ColumnChoice, '_id' | 'header' | 'headings'>>(
    {},
    { projection: { header: 1, headings: 1 } },
  )
  for await (const { _id, header, headings = [] } of choices)
    if ([...header, ...headings].some(names)) await columnChoices.collection.deleteOne({ _id })
}
