import type { AssignedColumn, ColumnMapping, FieldRule, PathRule } from './customer.ts'
import type { FieldCatalogue } from './field-catalogue.ts'

/** The rule of a field, stated for one file. */
export interface StatedRule {
  /** Path of the field. */
  readonly path: string
  readonly rule: FieldRule
}

interface RuleOptions {
  readonly catalogue: FieldCatalogue
  readonly assigned?: readonly AssignedColumn[] | undefined
  readonly stated?: readonly StatedRule[] | undefined
}

/**
 * Finds the rule of every value that does not simply overwrite: a person's choice for one of its columns,
 * else for its field, else the catalogue's. Phones identify the customer, so they have none.
 */
export function findRules(
  columns: readonly ColumnMapping[],
  { catalogue, assigned = [], stated = [] }: RuleOptions,
): readonly PathRule[] {
  const chosen = new Map(assigned.flatMap(({ index, rule }) => (rule ? [[index, rule]] : [])))
  const rules = new Map<string, FieldRule>()
  const usual = new Map<string, FieldRule>()
  for (const column of columns) {
    const rule = chosen.get(column.index)
    const ofField =
      column.target === 'field'
        ? (stated.find(({ path }) => path === column.field) ?? catalogue.field(column.field))?.rule
        : undefined
    for (const path of pathsOf(column)) {
      if (rule && !rules.has(path)) rules.set(path, rule)
      if (ofField) usual.set(path, ofField)
    }
  }
  return [...new Map([...usual, ...rules])].flatMap(([path, rule]) =>
    rule === 'overwrite' ? [] : [{ path, rule }],
  )
}

/** The values a column writes; none for a phone or an ignored column. */
function pathsOf(column: ColumnMapping): readonly string[] {
  const { target, keptAs } = column
  if (target !== 'field' && target !== 'attribute') return []
  return [pathOf(column), ...(keptAs === undefined ? [] : [`attributes.${keptAs}`])]
}

const ORDER_TEXT = {
  fill_blanks: 'Only written where the field is empty',
  keep: 'Only written for new customers',
} as const

/**
 * One sentence per kind of rule, with its columns.
 * @param quote names a column in sentences
 */
export function describeRules(
  rules: readonly PathRule[],
  columns: readonly ColumnMapping[],
  quote: (column: ColumnMapping) => string,
): readonly string[] {
  const isOf = (rule: PathRule['rule'], { target, field }: ColumnMapping) =>
    rules.some((one) => one.rule === rule && one.path === pathOf({ target, field }))
  return (['fill_blanks', 'keep'] as const).flatMap((rule) => {
    const about = columns.filter(
      (column) => (column.target === 'field' || column.target === 'attribute') && isOf(rule, column),
    )
    return about.length > 0
      ? [`${ORDER_TEXT[rule]}: ${about.map((column) => quote(column)).join(', ')}.`]
      : []
  })
}

/**
 * One sentence per stated rule without effect.
 * @param quote names a column in sentences
 */
export function describeUnusedRules(
  columns: readonly ColumnMapping[],
  { catalogue, assigned = [], stated = [] }: RuleOptions,
  quote: (column: ColumnMapping) => string,
): readonly string[] {
  const chosen = new Map(assigned.flatMap(({ index, rule }) => (rule ? [[index, rule]] : [])))
  const used = new Map<string, readonly [rule: FieldRule, column: ColumnMapping]>()
  const ofColumns = columns.flatMap((column): string[] => {
    const rule = chosen.get(column.index)
    if (!rule) return []
    if (column.target === 'phone' || column.target === 'ignored')
      return rule === 'overwrite'
        ? []
        : [`${quote(column)} has no values with a rule: ${WHY_NO_RULE[column.target]}.`]
    const path = pathOf(column)
    const [first, other] = used.get(path) ?? []
    if (other && first !== rule)
      return [`The rule of ${quote(column)} was not used: ${quote(other)} is the same field and has another.`]
    used.set(path, [rule, column])
    return []
  })
  const ofFields = stated
    .filter(({ path }) => !columns.some(({ target, field }) => target === 'field' && field === path))
    .map(
      ({ path }) => `No column is read as ${catalogue.field(path)?.label ?? path}, so its rule was not used.`,
    )
  return [...ofColumns, ...ofFields]
}

const WHY_NO_RULE = { phone: 'it is a phone column', ignored: 'it is left out' } as const

function pathOf({ target, field }: Pick<ColumnMapping, 'target' | 'field'>): string {
  return target === 'field' ? field : `attributes.${field}`
}
