import type { FileUpload } from '../../../models/index.ts'
import type { Person } from './read-person.ts'

type Question = NonNullable<FileUpload['question']>
type Candidates = Question['candidates'][number][]

const SEPARATORS = /[,;|\t]/u

/** The candidates of a question without a person's data; undefined if nothing is theirs. */
export function scrubQuestion(question: Question, person: Person): Candidates | undefined {
  return question.kind === 'encoding' || question.kind === 'reading'
    ? scrubReadings(question.candidates, person)
    : scrubColumns(question.candidates, person)
}

/** A line occurs in several readings, of which one is right: the person's line is emptied in all of them. */
function scrubReadings(candidates: Candidates, person: Person): Candidates | undefined {
  const isTheirs = (line: string) =>
    person.names(line) || line.split(SEPARATORS).some((cell) => person.hadAnywhere(cell))
  const lines = new Set(
    candidates.flatMap(({ examples }) => examples.flatMap((line, at) => (isTheirs(line) ? [at] : []))),
  )
  if (lines.size === 0) return undefined
  return candidates.map((one) => ({
    ...one,
    examples: one.examples.map((line, at) => (lines.has(at) ? '' : line)),
  }))
}

function scrubColumns(candidates: Candidates, person: Person): Candidates | undefined {
  const isNamed = candidates.some(({ header }) => person.names(header))
  const scrubbed = candidates.map((one) => ({
    ...one,
    ...(isNamed && { header: '' }),
    // An unnamed column may hold values of any field.
    examples: one.examples.filter((example) => !person.names(example) && !person.hadAnywhere(example)),
  }))
  const isLess = scrubbed.some(({ examples }, at) => examples.length < (candidates[at]?.examples.length ?? 0))
  return isNamed || isLess ? scrubbed : undefined
}
