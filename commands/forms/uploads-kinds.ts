import type { FilterOptions } from '../filter/index.ts'
import type { Period } from '../text/index.ts'

export interface UploadsOptions extends FilterOptions {
  /** Slack id of the person. */
  readonly user: string
}

/** The subcommands of `/uploads`. */
export const UPLOADS_WORDS = [
  'recent',
  'show',
  'compare',
  'digest',
  'count',
  'export',
  'mapping',
  'preview',
  'undo',
] as const
export type UploadsWord = (typeof UPLOADS_WORDS)[number]

/** The parsed request of `/uploads …`. */
export type UploadsRequest =
  | { readonly kind: 'help' }
  /** A subcommand; `text` is what follows it. */
  | { readonly kind: 'word'; readonly word: UploadsWord; readonly text: string }
  /** Who uploaded what in these days. */
  | { readonly kind: 'who'; readonly period: Period; readonly text: string }
  /** `nearest` is a working form. `isOffered`: it changes nothing and exports nothing. */
  | { readonly kind: 'unknown'; readonly text: string; readonly nearest?: string; readonly isOffered?: true }
