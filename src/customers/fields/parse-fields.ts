import { parse } from 'yaml'
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import { RESERVED_NAMES } from './attribute-name.ts'
import { FIELD_RULES, FIELD_TYPES, type FieldDefinition } from './customer.ts'
import { DEFAULT_FIELDS } from './defaults/index.ts'
import { createCatalogue, type FieldCatalogue, synonymKey } from './field-catalogue.ts'

/** Fields that phone reading writes or needs: every catalogue has them, with a fixed type. */
const KEPT = ['primary_phone', 'other_phones', 'phone_code'] as const

/** Top-level keys of a customer document that are no fields; unknown columns are stored elsewhere. */
const TAKEN: ReadonlySet<string> = new Set([...RESERVED_NAMES, 'written_phone'])

const Name = z
  .string('needs a name')
  .regex(/^[a-z][a-z0-9_]{0,63}$/u, 'has a name that is not lower snake case, such as shirt_size')
  .refine((name) => !TAKEN.has(name), 'has a name that means something else in a customer')

const Field = z.strictObject(
  {
    name: Name,
    type: z.enum(FIELD_TYPES, `has no type of: ${FIELD_TYPES.join(', ')}`).optional(),
    label: z
      .string('has a label that is no text')
      .trim()
      .min(1, 'has an empty label')
      .max(60, 'has a label of over 60 characters')
      .optional(),
    rule: z.enum(FIELD_RULES, `has no rule of: ${FIELD_RULES.join(', ')}`).optional(),
    synonyms: z
      .array(
        z
          .string('has a synonym that is no text; put it in quotes')
          .trim()
          .min(1, 'has an empty synonym')
          .max(200, 'has a synonym of over 200 characters'),
        'has synonyms that are no list',
      )
      .max(200, 'has over 200 synonyms')
      .default([]),
  },
  'is not a list of name, type, label, rule and synonyms',
)

const FieldsFile = z.strictObject(
  {
    mode: z.enum(['extend', 'replace'], 'is neither extend nor replace').default('extend'),
    fields: z.array(Field, 'are no list').min(1, 'are empty').max(500, 'are more than 500'),
  },
  'should hold mode and fields',
)
type FieldsFile = z.infer<typeof FieldsFile>
type Field = z.infer<typeof Field>

/**
 * Builds a catalogue from the text of a `fields.yml`.
 *
 * @throws AppError fields_invalid with all problems, each with its field
 */
export function parseFields(text: string, path: string): FieldCatalogue {
  const { mode, fields } = checkForm(text, path)
  const problems = [...findRepeated(fields), ...findContradictions(fields)]
  const defaults = mode === 'extend' ? DEFAULT_FIELDS : DEFAULT_FIELDS.filter(({ name }) => isKept(name))
  const known = new Map(defaults.map((field) => [field.name, field]))
  // A team's fields come after the default ones, so that shared synonyms are the team's.
  const own = fields.map((field) => merge(known.get(field.name), field))
  for (const field of own) if (field.type === null) problems.push(`field ${field.name} needs a type`)
  if (problems.length > 0) throw new AppError('fields_invalid', { path, problems })
  const ownNames = new Set(fields.map(({ name }) => name))
  const complete = own.flatMap(({ type, ...field }): FieldDefinition[] =>
    type === null ? [] : [{ ...field, type }],
  )
  return createCatalogue([...defaults.filter(({ name }) => !ownNames.has(name)), ...complete])
}

function checkForm(text: string, path: string): FieldsFile {
  let document: unknown
  try {
    document = parse(text, { maxAliasCount: 0, logLevel: 'error' })
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'it is not YAML'
    throw new AppError('fields_invalid', { path, problems: [reason] }, error)
  }
  const checked = FieldsFile.safeParse(document)
  if (checked.success) return checked.data
  const problems = checked.error.issues.map((issue) => `${placeOf(issue.path, document)} ${wordsOf(issue)}`)
  throw new AppError('fields_invalid', { path, problems }, checked.error)
}

function wordsOf(issue: z.core.$ZodIssue): string {
  return issue.code === 'unrecognized_keys' ? `has the unknown ${issue.keys.join(', ')}` : issue.message
}

/** Names `fields.2.type` by the field's name, if it has one. */
function placeOf(path: readonly PropertyKey[], document: unknown): string {
  const [top, at] = path
  if (top === undefined) return 'the file'
  if (top !== 'fields' || typeof at !== 'number') return String(top)
  const fields = (document as { fields?: unknown }).fields
  const field: unknown = Array.isArray(fields) ? fields[at] : undefined
  const name = typeof field === 'object' && field !== null && 'name' in field ? field.name : undefined
  return typeof name === 'string' && path[2] !== 'name' ? `field ${name}` : `field ${at + 1}`
}

function isKept(name: string): boolean {
  return KEPT.some((kept) => kept === name)
}

type Merged = Omit<FieldDefinition, 'type'> & { readonly type: FieldDefinition['type'] | null }

/** The team's values replace the default ones; missing ones keep the default. Synonyms are added. */
function merge(known: FieldDefinition | undefined, field: Field): Merged {
  const label =
    field.label ??
    known?.label ??
    field.name.charAt(0).toUpperCase() + field.name.slice(1).replaceAll('_', ' ')
  const type = field.type ?? known?.type ?? null
  return {
    ...known,
    name: field.name,
    type,
    label,
    ...(field.rule && { rule: field.rule }),
    synonyms: [...field.synonyms, ...(known?.synonyms ?? [])],
  }
}

function findRepeated(fields: readonly Field[]): string[] {
  const seen = new Set<string>()
  return fields.flatMap(({ name }) => {
    if (seen.has(name)) return [`field ${name} is there twice`]
    seen.add(name)
    return []
  })
}

function findContradictions(fields: readonly Field[]): string[] {
  const owners = new Map<string, string>()
  const problems: string[] = []
  for (const { name, type, rule, synonyms } of fields) {
    if (rule !== undefined && isKept(name)) problems.push(`field ${name} is a phone and takes no rule`)
    const fixed = isKept(name) ? DEFAULT_FIELDS.find((field) => field.name === name)?.type : undefined
    if (fixed !== undefined && type !== undefined && type !== fixed)
      problems.push(`field ${name} must be of type ${fixed}`)
    for (const synonym of synonyms) {
      const key = synonymKey(synonym)
      const owner = owners.get(key)
      if (key === '') problems.push(`field ${name} has a synonym without letters: ${synonym}`)
      else if (owner !== undefined && owner !== name)
        problems.push(`"${synonym}" is a synonym of both ${owner} and ${name}`)
      else owners.set(key, name)
    }
  }
  return problems
}
