/** One line of the doctor. */
export interface Finding {
  readonly state: 'ok' | 'warn' | 'bad'
  /** What was looked at, in a word or two. */
  readonly what: string
  readonly text: string
  /** What to do about it. */
  readonly fix?: string
}

export const ok = (what: string, statement: string): Finding => ({ state: 'ok', what, text: statement })
export const warn = (what: string, finding: string, fix: string): Finding => ({
  state: 'warn',
  what,
  text: finding,
  fix,
})
export const bad = (what: string, text: string, fix: string): Finding => ({ state: 'bad', what, text, fix })
