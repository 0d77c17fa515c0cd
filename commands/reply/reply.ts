import type { AuditDeed } from '../../models/index.ts'

/**
 * The reply of a command, or a receipt, as plain data. `src/slack` renders it as Block Kit, `renderPlain` as
 * text for terminals and notifications. Contains no Slack code.
 */

/** A part of a sentence. Strings are literal: each medium escapes them. */
export type Inline =
  | string
  | { readonly bold: string }
  | { readonly code: string }
  /** A number in the team's format; a column of them can be sorted. */
  | { readonly count: number }
  /** A person by Slack id, or by name without Slack. */
  | { readonly user: string }
  /** A time in the reader's time zone: `day` for the date only, `ago` for the time since. */
  | { readonly time: Date; readonly style: TimeStyle }
  | { readonly link: string; readonly label: string }

export type TimeStyle = 'day' | 'minute' | 'ago'

export type Sentence = string | readonly Inline[]

export interface Button {
  readonly label: string
  /** The action's name, as registered in src/slack. */
  readonly action: string
  /** A reference such as an upload number; always checked, never a readable phone. */
  readonly value: string
  readonly style?: 'primary' | 'danger'
  readonly confirm?: {
    readonly title: string
    readonly text: string
    readonly yes: string
    readonly no: string
  }
}

/**
 * Numbers as a picture, or as text where pictures are impossible. At most twelve series and twenty labels.
 */
export interface Chart {
  readonly kind: 'chart'
  readonly chart: 'line' | 'bar' | 'area' | 'pie'
  /** At most fifty characters. */
  readonly title: string
  /** Labels of the axis or the slices: at most twenty characters each. */
  readonly labels: readonly string[]
  /** One value per label. A pie shows the first series. */
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[]
}

export type ReplyPart =
  /** The line with the main result. */
  | { readonly kind: 'headline'; readonly text: Sentence }
  | { readonly kind: 'text'; readonly text: Sentence }
  /** Short pairs of label and value. */
  | {
      readonly kind: 'facts'
      readonly facts: readonly { readonly label: string; readonly value: Sentence }[]
    }
  /** A few counts side by side. */
  | {
      readonly kind: 'numbers'
      readonly numbers: readonly { readonly label: string; readonly value: number }[]
    }
  | Chart
  | {
      readonly kind: 'table'
      /** The table's subject. A long table with a caption can be paged and sorted by its reader. */
      readonly caption?: string
      readonly columns: readonly string[]
      readonly rows: readonly (readonly Sentence[])[]
    }
  | { readonly kind: 'list'; readonly items: readonly Sentence[] }
  /** The done share, from 0 to 1. Only visual: the sentence before it says the same. */
  | { readonly kind: 'bar'; readonly share: number }
  /** Small print. */
  | { readonly kind: 'note'; readonly text: Sentence }
  /** A text field with a button. Only in views; messages leave it out. */
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

/** A form's menu, with its initial choice. */
interface FormMenu {
  readonly name: string
  readonly label: string
  /** Absent if nothing is chosen. */
  readonly value?: string | undefined
  readonly options: readonly { readonly label: string; readonly value: string }[]
}

/** Rows of menus in a modal that are submitted together. */
export interface Form {
  /** Random id; the modal carries nothing else. Its subject is stored under the id. */
  readonly token: string
  readonly title: string
  readonly submit: string
  readonly intro: readonly Sentence[]
  readonly rows: readonly {
    /** Unique among all pages. */
    readonly id: string
    /** Literal text from the file. */
    readonly text: string
    readonly menus: readonly FormMenu[]
  }[]
  /** Other pages, by index from 0. */
  readonly turns: readonly { readonly label: string; readonly page: number }[]
}

/** The choices on a page: by row, by menu. They come over the network. */
export type FormChoices = Readonly<Record<string, Readonly<Record<string, string>>>>

/** The subject of a reply, for the audit: references only, never a customer's value. */
export interface ReplyTrace {
  readonly did: AuditDeed
  /** The person has no permission: nothing was done. */
  readonly isRefused?: true
  /** The reason, if it is not missing permission. */
  readonly why?: 'too_many'
  /** `_id`s of the customers shown. */
  readonly customers?: readonly string[]
  /** Numbers of the uploads. */
  readonly uploads?: readonly number[]
}

export interface Reply {
  /** `asker`: only the person sees it. `channel`: everybody there does. */
  readonly visibility: 'asker' | 'channel'
  readonly parts: readonly ReplyPart[]
  /** Where the rest is if not everything fits into a message; a general text by default. */
  readonly rest?: Sentence
  /** Menus for a modal. Without a modal, the parts replace them. */
  readonly form?: Form
  /** Absent: `asked`. */
  readonly trace?: ReplyTrace
}
