/** One line of the doctor's output. */
export interface Finding {
  readonly state: 'ok' | 'warn' | 'bad'
  /** The checked subject, in one or two words. */
  readonly what: string
  readonly text: string
  /** How to fix it. */
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
