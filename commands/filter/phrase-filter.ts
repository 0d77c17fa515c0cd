import { formatNumber } from '../../src/locale.ts'
import type { AmountCondition, CustomerFilter, DayRange } from '../../src/uploads/filters/index.ts'
import { formatDay } from '../text/index.ts'

const COMPARED: Readonly<Record<AmountCondition['is'], string>> = {
  '>': 'over',
  '>=': 'at least',
  '<': 'under',
  '<=': 'at most',
  '=': 'of',
}

/** A filter in the words of a reply: `customers in Pune, without e-mail, due before 16 Jan 2026`. */
export function phraseFilter(filter: CustomerFilter, labelOf: (field: string) => string): string {
  const parts = phraseConditions(filter, labelOf)
  return parts.length === 0 ? 'all customers' : `customers ${parts.join(', ')}`
}

function phraseConditions(filter: CustomerFilter, labelOf: (field: string) => string): string[] {
  const { places, without, with: having, due, notSince, changedSince, changedUntil, added } = filter
  const fields = (names: readonly string[]) => names.map((name) => lowerFirst(labelOf(name))).join(' and ')
  return [
    ...(filter.upload === undefined ? [] : [`of file #${filter.upload}`]),
    ...(places ? [`in ${places.join(' or ')}`] : []),
    ...(having ? [`with ${fields(having)}`] : []),
    ...(without ? [`without ${fields(without)}`] : []),
    ...phraseAmounts(filter.amounts ?? [], labelOf),
    ...(filter.values ?? []).map(({ field, value }) => `with ${lowerFirst(labelOf(field))} ${value}`),
    ...(due ? [`due ${phraseDays(due)}`] : []),
    ...(notSince === undefined ? [] : [`in no file since ${formatDay(notSince)}`]),
    ...(added ? [`first uploaded ${phraseDays(added)}`] : []),
    ...(changedSince === undefined
      ? []
      : [
          `changed ${phraseDays({ from: changedSince, ...(changedUntil !== undefined && { until: changedUntil }) })}`,
        ]),
    ...(filter.anyOf ?? []).map((group) =>
      group.map((one) => phraseConditions(one, labelOf).join(' and ')).join(' or '),
    ),
  ]
}

/** `with loan amount over 50,000`, `with loan amount from 50,000 to 1,00,000`. */
function phraseAmounts(
  amounts: readonly AmountCondition[],
  labelOf: (field: string) => string,
): readonly string[] {
  const [one, other, ...rest] = amounts
  if (!one) return []
  const label = lowerFirst(labelOf(one.field))
  if (other?.field === one.field && one.is === '>=' && other.is === '<=') {
    const range = `with ${label} from ${formatNumber(one.value)} to ${formatNumber(other.value)}`
    return [range, ...phraseAmounts(rest, labelOf)]
  }
  const text = `with ${label} ${COMPARED[one.is]} ${formatNumber(one.value)}`
  return [text, ...phraseAmounts(amounts.slice(1), labelOf)]
}

function phraseDays({ from, until }: DayRange): string {
  if (from !== undefined && from === until) return `on ${formatDay(from)}`
  if (from === undefined) return `until ${formatDay(until ?? '')}`
  return until === undefined ? `since ${formatDay(from)}` : `from ${formatDay(from)} to ${formatDay(until)}`
}

const lowerFirst = (label: string): string =>
  /^\p{Lu}\p{Lu}/u.test(label) ? label : label.charAt(0).toLowerCase() + label.slice(1)
