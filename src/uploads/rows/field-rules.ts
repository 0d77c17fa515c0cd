import type { FileUpload } from '../../../models/index.ts'
import type { FieldRule } from '../../customers/fields/index.ts'

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
