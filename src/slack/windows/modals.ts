import type { ViewSubmitAction } from '@slack/bolt'
import type { ModalView } from '@slack/types'
import type { WebClient } from '@slack/web-api'
import { z } from 'zod'
import { SEARCH_CUSTOMER } from '../../../commands/home/index.ts'
import type { Form, FormChoices, Reply, ReplyPart, Sentence } from '../../../commands/reply/index.ts'
import { AppError } from '../../errors.ts'
import { LIST_EXTENSIONS } from '../files/index.ts'
import type { ReplySender } from '../messages/index.ts'
import {
  BLOCK_LIMITS,
  FORM_MENU_PREFIX,
  FORM_ROW_PREFIX,
  NONE_NATIVE,
  plainText,
  renderBlocks,
  renderButtons,
  renderChoice,
  renderFileField,
  renderFormRow,
  renderSearchField,
  type SlackBlock,
} from '../render/index.ts'
import { repeatCall, toSlackError } from '../transport/index.ts'

/** A modal with a search field for the next customer; also the name of the shortcut that opens it. */
export const LOOKUP_WINDOW = 'lookup_customer'
/** A modal without input. */
export const SHOW_WINDOW = 'show'
export type WindowKind = typeof LOOKUP_WINDOW | typeof SHOW_WINDOW

/** An open modal in Slack. */
export interface OpenWindow {
  readonly id: string
  /** Hash of the content. An update with it never overwrites a later one. */
  readonly hash?: string | undefined
}

/** The question of a modal. */
interface AskedQuestion {
  readonly reply: Reply
  /** Random id; the modal carries nothing else. */
  readonly token: string
  /** The possible answers, the likeliest first; more than one become a choice. */
  readonly answers: readonly { readonly label: string }[]
}

/** A person's open modals. They carry only what they show, so nothing can be tampered with. */
export interface Windows {
  /**
   * Opens one at once: Slack accepts a click's trigger for three seconds.
   * @throws AppError slack_refused (the trigger is too old, …), slack_unavailable
   */
  open(trigger: string, kind: WindowKind, reply: Reply): Promise<OpenWindow>
  /** @throws AppError slack_refused (it was closed), slack_unavailable */
  update(window: OpenWindow, kind: WindowKind, reply: Reply): Promise<void>
  /** Shows a question with a submit button. @throws as `update` */
  ask(window: OpenWindow, question: AskedQuestion): Promise<void>
  /** Asks for a file. @throws as `update` */
  askFile(window: OpenWindow, asked: Pick<AskedQuestion, 'reply' | 'token'>): Promise<void>
  /** Shows a page of menus. @throws as `update` */
  showForm(window: OpenWindow, form: Form): Promise<void>
}

const phraseMoment = (text: string): Reply => ({ visibility: 'asker', parts: [{ kind: 'text', text }] })
export const ONE_MOMENT = phraseMoment('One moment …')
export const COUNTING = phraseMoment('Counting …')

/** Prefix of the token in a question modal's name: Slack returns the name with the answer. */
const QUESTION_PREFIX = 'question:'
/** The name of any question modal. */
export const QUESTION_WINDOW = /^question:[0-9a-f]{32}$/
/** The block id of the choice between several answers. */
const CHOICE_BLOCK = 'choice'
/** Slack's limit for submit buttons is that of titles. */
const CONFIRM = 'Confirm'

export const readQuestionToken = (callbackId: string): string => callbackId.slice(QUESTION_PREFIX.length)

/** The same for a modal that asks for a file, and the block id of the file. */
const FILE_PREFIX = 'file:'
export const FILE_WINDOW = /^file:[0-9a-f]{32}$/
const FILE_BLOCK = 'file'

export const readFileToken = (callbackId: string): string => callbackId.slice(FILE_PREFIX.length)

const givenFiles = z.array(
  z.object({ id: z.string().regex(/^F[A-Z0-9]{2,63}$/), name: z.string().optional() }),
)

/** Parses the file of a modal; the payload comes from the network. */
export function readGivenFile(
  state: ViewState | undefined,
): { readonly id: string; readonly name?: string | undefined } | undefined {
  const [field] = Object.values(state?.values[FILE_BLOCK] ?? {})
  const files = givenFiles.safeParse(Reflect.get(field ?? {}, 'files'))
  return files.success ? files.data[0] : undefined
}

/** The same for a modal with a form, and the button that turns its pages. */
const FORM_PREFIX = 'form:'
export const FORM_WINDOW = /^form:[0-9a-f]{32}$/
export const FORM_TURN = 'form_turn'

export const readFormToken = (callbackId: string): string => callbackId.slice(FORM_PREFIX.length)

type ViewState = ViewSubmitAction['view']['state']

/** Parses the choices on the current page; the payload comes from the network. */
export function readFormChoices(state: ViewState | undefined): FormChoices {
  const rows = Object.entries(state?.values ?? {}).filter(([block]) => block.startsWith(FORM_ROW_PREFIX))
  return Object.fromEntries(
    rows.map(([block, menus]) => [
      block.slice(FORM_ROW_PREFIX.length),
      Object.fromEntries(
        Object.entries(menus).flatMap(([name, { selected_option }]) => {
          const value = selected_option?.value
          return typeof value === 'string' ? [[name.slice(FORM_MENU_PREFIX.length), value]] : []
        }),
      ),
    ]),
  )
}

/** The index of the chosen answer; 0 without a choice. The payload comes from the network. */
export function readChoice(state: ViewState | undefined): number {
  const [chosen] = Object.values(state?.values[CHOICE_BLOCK] ?? {})
  const value = chosen?.selected_option?.value ?? '0'
  return /^\d{1,2}$/.test(value) ? Number(value) : 0
}

/** The person looks at an open modal and waits. */
const UPDATE_WITHIN_MS = 10_000

/** @param client a separate client, so that no other call delays a modal */
export function createWindows(client: WebClient, sender: ReplySender): Windows {
  return {
    async open(trigger, kind, reply) {
      try {
        const { view } = await client.views.open({ trigger_id: trigger, view: describeWindow(kind, reply) })
        if (view?.id === undefined) throw new AppError('slack_unavailable')
        return { id: view.id, hash: view.hash }
      } catch (error) {
        throw toSlackError(error)
      }
    },
    update: (window, kind, reply) => show(window, reply, (blocks) => frameWindow(kind, blocks)),
    ask: (window, question) =>
      show(window, withoutButtons(question.reply), (blocks) => frameQuestion(question, blocks)),
    askFile: (window, { reply, token }) => show(window, reply, (blocks) => frameFile(token, blocks)),
    showForm: (window, form) =>
      show(window, { visibility: 'asker', parts: form.intro.map(toText) }, (blocks) =>
        frameForm(form, blocks),
      ),
  }

  async function show(
    { id, hash }: OpenWindow,
    reply: Reply,
    frame: (blocks: readonly SlackBlock[]) => ModalView,
  ): Promise<void> {
    const update = ({ blocks }: { readonly blocks: readonly SlackBlock[] }) =>
      repeatCall(
        () => client.views.update({ view_id: id, view: frame(blocks), ...(hash !== undefined && { hash }) }),
        { withinMs: UPDATE_WITHIN_MS },
      )
    try {
      await sender.send(reply, update, { surface: 'view' })
    } catch (error) {
      // A later update is already shown: this one, if its answer was lost.
      if (error instanceof AppError && error.details.reason === 'hash_conflict') return
      throw error
    }
  }
}

const toText = (text: Sentence): ReplyPart => ({ kind: 'text', text })

function frameForm({ token, title, submit, rows, turns }: Form, blocks: readonly SlackBlock[]): ModalView {
  const buttons = turns.map(({ label, page }) => ({ label, action: FORM_TURN, value: String(page) }))
  return {
    type: 'modal',
    callback_id: `${FORM_PREFIX}${token}`,
    title: plainText(title, BLOCK_LIMITS.viewTitle),
    close: plainText('Cancel', BLOCK_LIMITS.viewTitle),
    submit: plainText(submit, BLOCK_LIMITS.viewTitle),
    blocks: [...blocks, ...rows.flatMap(renderFormRow), ...renderButtons(buttons)],
  }
}

function frameFile(token: string, blocks: readonly SlackBlock[]): ModalView {
  return {
    type: 'modal',
    callback_id: `${FILE_PREFIX}${token}`,
    title: plainText('Preview a file', BLOCK_LIMITS.viewTitle),
    close: plainText('Cancel', BLOCK_LIMITS.viewTitle),
    submit: plainText('Preview', BLOCK_LIMITS.viewTitle),
    blocks: [renderFileField(FILE_BLOCK, 'A list of customers', LIST_EXTENSIONS), ...blocks],
  }
}

/** In a question modal, the submit button replaces the buttons. */
function withoutButtons(reply: Reply): Reply {
  return { ...reply, parts: reply.parts.filter(({ kind }) => kind !== 'buttons') }
}

function frameQuestion({ token, answers }: AskedQuestion, blocks: readonly SlackBlock[]): ModalView {
  const [first, ...others] = answers
  const isChoice = others.length > 0
  const submit = isChoice ? CONFIRM : (first?.label ?? CONFIRM)
  return {
    type: 'modal',
    callback_id: `${QUESTION_PREFIX}${token}`,
    title: plainText('Customer Uploads', BLOCK_LIMITS.viewTitle),
    close: plainText('Cancel', BLOCK_LIMITS.viewTitle),
    submit: plainText(submit, BLOCK_LIMITS.viewTitle),
    blocks: [
      ...blocks,
      ...(isChoice
        ? [
            renderChoice(
              CHOICE_BLOCK,
              answers.map(({ label }) => label),
            ),
          ]
        : []),
    ],
  }
}

/** A modal with blocks that Slack always accepts, for calls that can't be retried. */
export function describeWindow(kind: WindowKind, reply: Reply): ModalView {
  return frameWindow(kind, renderBlocks(reply, { surface: 'view', native: NONE_NATIVE }).blocks)
}

function frameWindow(kind: WindowKind, blocks: readonly SlackBlock[]): ModalView {
  const hasField = kind === LOOKUP_WINDOW
  const field = renderSearchField('Customer', 'Phone, name, e-mail or loan ID', SEARCH_CUSTOMER, false)
  return {
    type: 'modal',
    callback_id: kind,
    title: plainText(hasField ? 'Look a customer up' : 'Customer Uploads', BLOCK_LIMITS.viewTitle),
    close: plainText('Close', BLOCK_LIMITS.viewTitle),
    ...(hasField && { submit: plainText('Look up', BLOCK_LIMITS.viewTitle) }),
    blocks: [...(hasField ? [field] : []), ...blocks],
  }
}
