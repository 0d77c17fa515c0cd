import type { FileUpload } from '../../../models/index.ts'
import type { FieldRule, FieldValue } from '../../customers/fields/index.ts'

/**
 * Field paths (`city`, `attributes.shirt_size`) against documents. Attribute names never contain a dot, so a path has
 * one level or two.
 */

const ATTRIBUTES = 'attributes.'

type Document = Readonly<Record<string, unknown>>

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** The value at a path, or null where there is none. */
export function valueAt(document: Document, path: string): FieldValue | null {
  const holder = path.startsWith(ATTRIBUTES) ? document.attributes : document
  const name = path.startsWith(ATTRIBUTES) ? path.slice(ATTRIBUTES.length) : path
  if (!isRecord(holder) || !Object.hasOwn(holder, name)) return null
  return (holder[name] ?? null) as FieldValue | null
}

/** `{city: x, 'attributes.size': y}` → `{city: x, attributes: {size: y}}`: how it stands in a document. */
export function nestPaths<V>(flat: Readonly<Record<string, V>>): Record<string, V | Record<string, V>> {
  const nested: Record<string, V | Record<string, V>> = {}
  let attributes: Record<string, V> | undefined
  // Not by entries: this is done several times a row, and a pair a field is what most of a large import's garbage was.
  for (const path of Object.keys(flat)) {
    const value = flat[path] as V
    if (path.startsWith(ATTRIBUTES)) {
      attributes ??= {}
      attributes[path.slice(ATTRIBUTES.length)] = value
    } else nested[path] = value
  }
  if (attributes) nested.attributes = attributes
  return nested
}

/** The way back from `nestPaths`. */
export function flattenPaths<V>(nested: Readonly<Record<string, unknown>> | undefined): Record<string, V> {
  const flat: Record<string, V> = {}
  for (const [name, value] of Object.entries(nested ?? {})) {
    if (name !== 'attributes') flat[name] = value as V
    else for (const [key, inner] of Object.entries(value as Record<string, V>)) flat[ATTRIBUTES + key] = inner
  }
  return flat
}

/** Whether two values say the same. Lists are equal when their items are, in order. */
export function isSameValue(a: FieldValue | null, b: FieldValue | null): boolean {
  if (a === b) return true
  if (!Array.isArray(a) || !Array.isArray(b)) return false
  return a.length === b.length && a.every((item, index) => item === b[index])
}

/** Rules by path, of those values that do not simply overwrite. */
export type FieldRules = ReadonlyMap<string, FieldRule>

const NONE: FieldRules = new Map()

/** The rules an upload is applied with: those stored with its mapping. Uploads of older versions have none. */
export function rulesOf(upload: {
  readonly file?: Pick<FileUpload['file'], 'mapping'> | undefined
}): FieldRules {
  const rules = upload.file?.mapping?.rules
  return rules ? new Map(rules.map(({ path, rule }) => [path, rule])) : NONE
}

export function ruleIn(rules: FieldRules, path: string): FieldRule {
  return rules.get(path) ?? 'overwrite'
}
