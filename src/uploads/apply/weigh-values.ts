import type { FieldChange } from '../../../models/index.ts'
import type { FieldRule, FieldValue, FieldValues, RowNote } from '../../customers/fields/index.ts'
import type { LatePlace } from '../history/index.ts'
import { addPhones, type FieldRules, isSameValue, OTHER_PHONES, ruleIn, rulesOf } from '../rows/index.ts'
import type { UploadKey } from './batch-plan.ts'
import { currentValue, type Draft } from './draft.ts'

/** The rules of an upload, and how the receipt reports values they kept. */
export interface Rules {
  readonly of: FieldRules
  notesOf(paths: readonly string[]): readonly RowNote[]
}

export function createRules(upload: UploadKey): Rules {
  const columns = upload.file?.mapping?.columns ?? []
  return {
    of: rulesOf(upload),
    notesOf: (paths) =>
      paths.map((path) => {
        const column = columns.find(({ target, field, keptAs }) =>
          path.startsWith(ATTRIBUTES)
            ? (target === 'attribute' ? field : keptAs) === path.slice(ATTRIBUTES.length)
            : target === 'field' && field === path,
        )
        return { code: 'kept_by_rule', column: column?.header ?? path }
      }),
  }
}

const ATTRIBUTES = 'attributes.'

export interface Weighed {
  /** The row's values. */
  readonly values: FieldValues
  /** The changes. */
  readonly changes: Record<string, FieldChange>
  /** The stored values that a rule keeps. */
  readonly found: Record<string, FieldValue | null>
}

export function weighValues(draft: Draft, values: FieldValues, rules: Rules): Weighed {
  const changes: Record<string, FieldChange> = {}
  const found: Record<string, FieldValue | null> = {}
  for (const path of Object.keys(values)) {
    if (draft.newer?.paths.has(path)) continue
    const text = values[path] as FieldValue | null
    const to = path === OTHER_PHONES ? addPhones(text, draft.newer?.phones) : text
    const place = draft.newer?.places.get(path)
    const from = currentValue(draft, path)
    const before = place ? stateAt(draft, path, place) : from
    if (before === undefined) continue
    if (isSameValue(before, to)) {
      rememberLate(draft, path, to)
      continue
    }
    if (isKept(draft, ruleIn(rules.of, path), before)) {
      found[path] = before
      continue
    }
    rememberLate(draft, path, to)
    const left = place ? place.after(to) : to
    if (left !== undefined && !isSameValue(from, left)) changes[path] = { from, to: left }
  }
  return { values, changes, found }
}

function rememberLate({ newer, late }: Draft, path: string, value: FieldValue | null): void {
  if (newer) late.set(path, value)
}

/** Undefined if the retention policy deleted the earlier value: then the stored value stays. */
function stateAt(draft: Draft, path: string, { before }: LatePlace): FieldValue | null | undefined {
  const left = draft.late.get(path)
  return left === undefined ? before : left
}

function isKept(draft: Draft, rule: FieldRule, from: FieldValue | null): boolean {
  switch (rule) {
    case 'overwrite':
      return false
    case 'fill_blanks':
      return from !== null
    case 'keep':
      return draft.isSeen || draft.stored !== undefined
  }
}
