import type { FileUpload } from '../../../models/index.ts'
import type { FieldRule, FieldValue } from '../../customers/fields/index.ts'

/**
 * Field paths (`city`, `attributes.shirt_size`) in documents. Attribute names contain no dot, so a path has
 * one or two levels.
 */

const ATTRIBUTES = 'attributes.'

type Document = Readonly<Record<string, unknown>>

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** The value at a path, or null. */
export function valueAt(document: Document, path: string): FieldValue | null {
  const holder = path.startsWith(ATTRIBUTES) ? document.attributes : document
  const name = path.startsWith(ATTRIBUTES) ? path.slice(ATTRIBUTES.length) : path
  if (!isRecord(holder) || !Object.hasOwn(holder, name)) return null
  return (holder[name] ?? null) as FieldValue | null
}

/** `{city: x, 'attributes.size': y}` → `{city: x, attributes: {size: y}}`, as documents store it. */
export function nestPaths<V>(flat: Readonly<Record<string, V>>): Record<string, V | Record<string, V>> {
  const nested: Record<string, V | Record<string, V>> = {}
  let attributes: Record<string, V> | undefined
  // Not `Object.entries`: this runs several times per row, and the pairs were most of a large import's
  // garbage.
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

/** The reverse of `nestPaths`. */
export function flattenPaths<V>(nested: Readonly<Record<string, unknown>> | undefined): Record<string, V> {
  const flat: Record<string, V> = {}
  if (nested === undefined) return flat
  for (const name of Object.keys(nested)) {
    const value = nested[name]
    if (name !== 'attributes') flat[name] = value as V
    else
      for (const key of Object.keys(value as Record<string, V>))
        flat[ATTRIBUTES + key] = (value as Record<string, V>)[key] as V
  }
  return flat
}

/** The paths of `flattenPaths`, in the same order. */
export function listPaths(nested: Readonly<Record<string, unknown>> | undefined): string[] {
  if (nested === undefined) return []
  const paths: string[] = []
  for (const name of Object.keys(nested))
    if (name !== 'attributes') paths.push(name)
    else for (const key of Object.keys(nested.attributes as Document)) paths.push(ATTRIBUTES + key)
  return paths
}

/** True if two values are equal. Lists are equal if their items are, in order. */
export function isSameValue(a: FieldValue | null, b: FieldValue | null): boolean {
  if (a === b) return true
  if (!Array.isArray(a) || !Array.isArray(b)) return false
  return a.length === b.length && a.every((item, index) => item === b[index])
}

/** Rules by path, without plain overwriting. */
export type FieldRules = ReadonlyMap<string, FieldRule>

const NONE: FieldRules = new Map()

/** The rules of an upload, stored with its mapping. Uploads of older versions have none. */
export function rulesOf(upload: {
  readonly file?: Pick<FileUpload['file'], 'mapping'> | undefined
}): FieldRules {
  const rules = upload.file?.mapping?.rules
  return rules ? new Map(rules.map(({ path, rule }) => [path, rule])) : NONE
}

export function ruleIn(rules: FieldRules, path: string): FieldRule {
  return rules.get(path) ?? 'overwrite'
}
