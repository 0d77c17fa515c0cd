import type { AssignedColumn, ColumnMapping, FieldRule, PathRule } from './customer.ts'
import type { FieldCatalogue } from './field-catalogue.ts'

interface RuleOptions {
  readonly catalogue: FieldCatalogue
  readonly assigned?: readonly AssignedColumn[] | undefined
}

/**
 * Finds the rule of every value that does not simply overwrite: a person's choice for one of its columns,
 * else the catalogue's. Phones identify the customer, so they have none.
 */
export function findRules(
  columns: readonly ColumnMapping[],
  { catalogue, assigned = [] }: RuleOptions,
): readonly PathRule[] {
  const chosen = new Map(assigned.flatMap(({ index, rule }) => (rule ? [[index, rule]] : [])))
  const rules = new Map<string, FieldRule>()
  const usual = new Map<string, FieldRule>()
  for (const { index, target, field, keptAs } of columns) {
    if (target !== 'field' && target !== 'attribute') continue
    const paths = target === 'field' ? [field] : [`attributes.${field}`]
    if (keptAs !== undefined) paths.push(`attributes.${keptAs}`)
    const text = chosen.get(index)
    for (const path of paths) {
      if (text && !rules.has(path)) rules.set(path, text)
      const ofField = target === 'field' ? catalogue.field(field)?.rule : undefined
      if (ofField) usual.set(path, ofField)
    }
  }
  return [...new Map([...usual, ...rules])].flatMap(([path, rule]) =>
    rule === 'overwrite' ? [] : [{ path, rule }],
  )
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
    rules.some(
      (one) => one.rule === rule && one.path === (target === 'field' ? field : `attributes.${field}`),
    )
  return (['fill_blanks', 'keep'] as const).flatMap((rule) => {
    const about = columns.filter(
      (column) => (column.target === 'field' || column.target === 'attribute') && isOf(rule, column),
    )
    return about.length > 0
      ? [`${ORDER_TEXT[rule]}: ${about.map((column) => quote(column)).join(', ')}.`]
      : []
  })
}
