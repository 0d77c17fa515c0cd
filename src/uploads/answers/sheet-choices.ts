import { createHash } from 'node:crypto'
import type { ColumnChoice, FileUpload, Models } from '../../../models/index.ts'
import { storeChoice } from './column-choices.ts'

interface SheetChoice {
  /** Index among the sheets with rows, from 0. */
  readonly index: number
  readonly by: string
  readonly at: Date
}

/** Equal for workbooks whose sheets have the same names and headings, in the same order. */
export function fingerprintSheets(
  sheets: readonly { readonly name: string; readonly fingerprint: string | null }[],
): string {
  const shown = sheets.map(({ name, fingerprint }) => `${name.trim().toLowerCase()}\n${fingerprint ?? ''}`)
  return createHash('sha256')
    .update(`sheets\n${shown.join('\n')}`)
    .digest('hex')
}

/** The sheet chosen in this channel for workbooks like this one. */
export async function findSheetChoice(
  models: Models,
  { source }: FileUpload,
  fingerprint: string,
): Promise<(SheetChoice & { readonly upload: number }) | null> {
  if (source.kind !== 'slack') return null
  const key = { fingerprint, channel: source.channel, kind: 'sheet' }
  const choice = await models.columnChoices.collection.findOne<ColumnChoice>(key)
  return choice && { index: choice.column, by: choice.chosen_by, at: choice.chosen_at, upload: choice.upload }
}

/**
 * Stores an answer for later workbooks in its channel. Safe to repeat: an older answer never replaces a newer
 * one.
 */
export async function rememberSheetChoice(
  models: Models,
  upload: FileUpload,
  {
    fingerprint,
    names,
    index,
    by,
    at,
  }: SheetChoice & { readonly fingerprint: string; readonly names: string[] },
): Promise<void> {
  const text = { column: index, chosen_by: by, chosen_at: at, upload: upload.number }
  await storeChoice(models, upload, { kind: 'sheet', fingerprint, header: names }, text)
}
