import type { ColumnChoice, Models } from '../../../models/index.ts'
import type { Person } from './read-person.ts'

/**
 * Forgets a remembered choice whose headings name the person. If a file has no headings and its first line
 * has no phone, that line counts as headings.
 */
export async function forgetHeadings({ columnChoices }: Models, { names }: Person): Promise<void> {
  const choices = columnChoices.collection.find<Pick<ColumnChoice, '_id' | 'header' | 'headings'>>(
    {},
    { projection: { header: 1, headings: 1 } },
  )
  for await (const { _id, header, headings = [] } of choices)
    if ([...header, ...headings].some(names)) await columnChoices.collection.deleteOne({ _id })
}
