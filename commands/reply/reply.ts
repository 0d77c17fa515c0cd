import type { AuditDeed } from '../../models/index.ts'

/**
 * What a command or a receipt says, as plain data. `src/slack` renders it as Block Kit, `renderPlain` as text for the
 * terminal and for notifications. Nothing here knows Slack.
 */

/** A piece of a sentence. Strings are taken literally: they are escaped where the medium needs it. */
export type Inline =
  | string
  | { readonly bold: string }
  | { readonly code: string }
  /** A number as the team writes it; a column of them can be sorted. */
  | { readonly count: number }
  /** A person by their Slack id, or by name where there is no Slack. */
  | { readonly user: string }
  /** A moment, shown in the reader's time zone: `day` for a date alone, `ago` for how long that is. */
  | { readonly time: Date; readonly style: TimeStyle }
  | { readonly link: string; readonly label: string }

export type TimeStyle = 'day' | 'minute' | 'ago'

export type Sentence = string | readonly Inline[]

export interface Button {
  readonly label: string
  /** Name of the action, as registered in src/slack. */
  readonly action: string
  /** Plain reference such as an upload number; never trusted without a check, never a phone in the clear. */
  readonly value: string
  readonly style?: 'primary' | 'danger'
  readonly confirm?: {
    readonly title: string
    readonly text: string
    readonly yes: string
    readonly no: string
  }
}

/** Numbers as a picture; as text where there are no pictures. Twelve series and twenty labels go into one. */
export interface Chart {
  readonly kind: 'chart'
  readonly chart: 'line' | 'bar' | 'area' | 'pie'
  /** At most fifty characters. */
  readonly title: string
  /** What stands along the axis, or what the slices are called: at most twenty characters each. */
  readonly labels: readonly string[]
  /** One value per label. A pie shows the first series. */
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[]
}

export type ReplyPart =
  /** The one line that says it all. */
  | { readonly kind: 'headline'; readonly text: Sentence }
  | { readonly kind: 'text'; readonly text: Sentence }
  /** Label and value pairs, short. */
  | {
      readonly kind: 'facts'
      readonly facts: readonly { readonly label: string; readonly value: Sentence }[]
    }
  /** Counts side by side, a handful. */
  | {
      readonly kind: 'numbers'
      readonly numbers: readonly { readonly label: string; readonly value: number }[]
    }
  | Chart
  | {
      readonly kind: 'table'
      /** What the table is about. A long one that has it can be paged and sorted by its reader. */
      readonly caption?: string
      readonly columns: readonly string[]
      readonly rows: readonly (readonly Sentence[])[]
    }
  | { readonly kind: 'list'; readonly items: readonly Sentence[] }
  /** How much of something is done, from 0 to 1. Only for the eye: the sentence before it says the same. */
  | { readonly kind: 'bar'; readonly share: number }
  /** Small print. */
  | { readonly kind: 'note'; readonly text: Sentence }
  /** A field to type into, with a button beside it. Only views have one: nothing stands for it in a message. */
  | {
      readonly kind: 'search'
      readonly label: string
      readonly placeholder: string
      readonly action: string
      readonly button: string
    }
  | { readonly kind: 'buttons'; readonly buttons: readonly Button[] }
  | {
      readonly kind: 'menu'
      readonly action: string
      readonly label: string
      readonly value: string
      readonly options: readonly { readonly label: string; readonly value: string }[]
    }

/** A menu of a form, with what is chosen at first. */
export interface FormMenu {
  readonly name: string
  readonly label: string
  /** Absent where nothing is. */
  readonly value?: string | undefined
  readonly options: readonly { readonly label: string; readonly value: string }[]
}

/** Rows of menus in a window, which are sent together. */
export interface Form {
  /** Random: all that the window carries. What it is about is stored under it. */
  readonly token: string
  readonly title: string
  readonly submit: string
  readonly intro: readonly Sentence[]
  readonly rows: readonly {
    /** Unique among all pages. */
    readonly id: string
    /** As it is written: not a sentence of ours. */
    readonly text: string
    readonly menus: readonly FormMenu[]
  }[]
  /** Other pages, by their place from 0. */
  readonly turns: readonly { readonly label: string; readonly page: number }[]
}

/** What was chosen on a page: by row, by menu. It came over the network. */
export type FormChoices = Readonly<Record<string, Readonly<Record<string, string>>>>

/** What an answer was about, for the audit: references alone, never a value of a customer. */
export interface ReplyTrace {
  readonly did: AuditDeed
  /** The person may not: nothing was done. */
  readonly isRefused?: true
  /** Why, where not because of who they are. */
  readonly why?: 'too_many'
  /** `_id`s of the customers it shows. */
  readonly customers?: readonly string[]
  /** Numbers of uploads. */
  readonly uploads?: readonly number[]
}

export interface Reply {
  /** `asker`: only the person who asked sees it. `channel`: everyone there. */
  readonly visibility: 'asker' | 'channel'
  readonly parts: readonly ReplyPart[]
  /** Where the rest is to be had when not everything fits into a message; in general words unless told. */
  readonly rest?: Sentence
  /** In a window: menus to choose from. What the parts say stands for it where there is no window. */
  readonly form?: Form
  /** Absent: `asked`. */
  readonly trace?: ReplyTrace
}
