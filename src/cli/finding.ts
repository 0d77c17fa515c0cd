/** One line of the doctor. */
export interface Finding {
  readonly state: 'ok' | 'warn' | 'bad'
  /** What was looked at, in a word or two. */
  readonly what: string
  readonly says: string
  /** What to do about it. */
  readonly fix?: string
}

export const ok = (what: string, says: string): Finding => ({ state: 'ok', what, says })
export const warn = (what: string, says: string, fix: string): Finding => ({ state: 'warn', what, says, fix })
export const bad = (what: string, says: string, fix: string): Finding => ({ state: 'bad', what, says, fix })
