import { cleanText } from '../cells/index.ts'
import {
  type Column,
  type ColumnRole,
  describePhones,
  findColumnStyles,
  findLabelColumns,
  findRegionColumns,
  type PhoneChoice,
  quote,
} from '../columns/index.ts'
import {
  attributeName,
  type ColumnMapping,
  describeRules,
  describeUnusedRules,
  findRules,
  type HeaderMapping,
  ownAttribute,
} from '../fields/index.ts'
import type { MapHeaderOptions } from './map-header.ts'
import { emptyHeaderNotes, foreignNotes, strangePhones } from './mapping-notes.ts'
import { chooseAddress, type FieldColumn, rankFields } from './rank-fields.ts'
import { type ColumnReading, isChosenOtherwise } from './read-columns.ts'
import type { RowShape } from './row-shape.ts'
import { findTextStyles } from './text-styles.ts'

/** Maximum of columns stored under `attributes`. */
const MAX_ATTRIBUTES = 200

/** The mapping of a header whose phone columns are chosen. Each step takes some milliseconds at most. */
export function* buildMappingInSteps(
  columns: readonly Column[],
  readings: readonly ColumnReading[],
  phones: PhoneChoice,
  shape: RowShape | undefined,
  options: MapHeaderOptions & { readonly rows: readonly (readonly string[])[] },
): Generator<void, HeaderMapping> {
  // A first line that is a row gives no shape for the others.
  const isHeaderRow = shape === undefined
  const roles = readings.map(({ role }) => role)
  const notes: string[] = [...describePhones(phones), ...strangePhones(columns, roles, phones, options)]
  const prefix = readings.find((one) => one.prefix !== undefined)?.prefix
  if (prefix !== undefined) notes.push(`Columns that begin with "${prefix}" are read as the customer's own.`)
  const fields = rankFields(listFieldColumns(columns, roles, phones.columns))
  notes.push(...fields.notes)
  const taken = new Set<string>()
  const maxAttributes = options.maxAttributes ?? MAX_ATTRIBUTES
  const tooMany: string[] = []
  const takeName = (column: Column): string | null => {
    if (taken.size >= maxAttributes) {
      tooMany.push(quote(column))
      return null
    }
    const name = attributeName(
      ownAttribute(column.header) ?? cleanText(column.header),
      column.index + 1,
      taken,
    )
    taken.add(name)
    return name
  }

  const mapped = columns.map((column, at): ColumnMapping => {
    const { index, header } = column
    const role = roles[at]
    const why = whyLeftOut(role, shape !== undefined && index >= shape.columns)
    if (why !== undefined) return { index, header, target: 'ignored', field: '', why }
    const rank = phones.columns.indexOf(column)
    if (rank >= 0) {
      const isShared = phones.shared.has(column)
      return {
        index,
        header,
        target: 'phone',
        field: 'primary_phone',
        rank,
        ...(isShared && { isKey: false }),
      }
    }
    const field = fields.columns.get(index)
    if (field) {
      const keptAs = field.keeps ? takeName(column) : null
      return {
        index,
        header,
        target: 'field',
        ...field.place,
        ...(keptAs !== null && { keptAs }),
        ...(keptAs !== null && field.keeps === 'missing' && { keptWhen: 'missing' }),
      }
    }
    if (role?.kind === 'attribute' && role.note !== undefined) notes.push(role.note)
    const name = takeName(column)
    return name === null
      ? { index, header, target: 'ignored', field: '', why: 'there are more columns than we keep' }
      : { index, header, target: 'attribute', field: name }
  })

  notes.push(...emptyHeaderNotes(mapped, columns, isHeaderRow))
  if (tooMany.length > 0) {
    notes.push(
      `Only ${maxAttributes} unknown columns are kept. ${tooMany[0] ?? ''} and the columns after it (${tooMany.length} in total) were left out.`,
    )
  }
  yield
  const found = findRegionColumns(columns, roles, phones.columns, regionFields(mapped), {
    region: options.region,
    wordsOf: ({ index }) => readings[index]?.words ?? [],
    rows: options.rows,
    isChosenOtherwise: ({ index }) => isChosenOtherwise(index, options) && !isRegionField(roles[index]),
    ...(options.reading && { given: options.reading.regions }),
  })
  const labels = findLabelColumns(columns, phones.columns, {
    ...(options.reading && { given: options.reading }),
    isChosenOtherwise: ({ index }) => isChosenOtherwise(index, options),
  })
  yield
  const texts = findTextStyles(columns, mapped, options.catalogue, found.regions)
  yield
  const styles = findColumnStyles(columns, mapped, options)
  const rules = findRules(texts.columns, options)
  notes.push(
    ...(found.regions.length > 0 ? [] : foreignNotes(phones, options)),
    ...found.notes,
    ...labels.notes,
    ...texts.notes,
    ...styles.notes,
    ...describeRules(rules, texts.columns, quote),
    ...describeUnusedRules(texts.columns, options, quote),
  )
  const { dateOrder, decimalMark, calendars } = styles
  return {
    columns: texts.columns,
    dateOrder,
    decimalMark,
    regions: found.regions,
    ...(labels.labels.length > 0 && { labels: labels.labels }),
    ...(calendars && { calendars }),
    ...(rules.length > 0 && { rules }),
    ...(shape ? { shape } : { isHeaderRow }),
    notes,
  }
}

function whyLeftOut(role: ColumnRole | undefined, isBeside: boolean): string | undefined {
  if (isBeside) return 'has no heading and mostly no cells'
  if (role?.kind === 'ours') return 'added by us to a file of failed rows'
  return role?.kind === 'left_out' ? 'as chosen' : undefined
}

function listFieldColumns(
  columns: readonly Column[],
  roles: readonly ColumnRole[],
  phones: readonly Column[],
): readonly FieldColumn[] {
  const found = columns.flatMap((column, at): FieldColumn[] => {
    const role = roles[at]
    return role?.kind === 'field' && !phones.includes(column)
      ? [{ column, match: role.match, which: role.which, isChosen: role.isChosen }]
      : []
  })
  const isPlace = ({ match, isChosen }: FieldColumn): boolean => match.field.group === 'address' && !isChosen
  const address = chooseAddress(found.filter(isPlace))
  return found.filter((one) => !isPlace(one) || address.has(one.column.index))
}

/** The columns with the customer's dialling code and country. */
function regionFields(mapped: readonly ColumnMapping[]): ReadonlySet<number> {
  const isRegion = ({ target, field, rank }: ColumnMapping): boolean =>
    target === 'field' && (field === 'phone_code' || field === 'country') && (rank ?? 0) === 0
  return new Set(mapped.filter(isRegion).map(({ index }) => index))
}

function isRegionField(role: ColumnRole | undefined): boolean {
  return role?.kind === 'field' && ['phone_code', 'country'].includes(role.match.field.name)
}
