import type { FileUpload } from '../../models/index.ts'
import type { CustomerFilter } from '../../src/uploads/filters/index.ts'
import {
  type AskedFilter,
  nearestFilter,
  parseCustomerFilter,
  phraseFilter,
  viewOfForm,
} from '../forms/index.ts'
import { findMeantUpload, isReply } from '../receipts/index.ts'
import {
  brief,
  type CommandDeps,
  labelOf,
  type Reply,
  toAsker,
  type Viewer,
  viewButton,
  viewValue,
} from '../reply/index.ts'

/** A parsed filter with its upload, which the person may see. */
export interface MeantFilter extends AskedFilter {
  readonly upload?: FileUpload
  /** The filter in the words of a reply. */
  readonly text: string
}

const MAX_LETTERS = 60
const MAX_LABEL = 70

/** @param word the subcommand, `count` or `export` */
export async function readMeantFilter(
  text: string,
  word: 'count' | 'export',
  viewer: Viewer,
  deps: CommandDeps,
): Promise<MeantFilter | Reply> {
  const options = { ...deps, now: viewer.now }
  const asked = parseCustomerFilter(text, options)
  if (asked.kind === 'unknown')
    return describeUnknown(word, asked.words, nearestFilter(asked, options), viewer, deps)
  const { filter, by } = asked
  return await completeFilter({ filter, ...(by !== undefined && { by }) }, viewer, deps)
}

/** Finds the upload of a filter, if the person may see it. */
function describeUnknown(
  word: 'count' | 'export',
  words: string,
  nearest: string | undefined,
  viewer: Viewer,
  deps: CommandDeps,
): Reply {
  const meant = nearest === undefined ? undefined : `/uploads ${word} ${brief(nearest, MAX_LETTERS)}`
  const view = nearest === undefined ? undefined : viewOfForm(`count ${nearest}`, { ...deps, ...viewer })
  return toAsker(
    {
      kind: 'headline',
      text: [
        `"${brief(words, MAX_LETTERS)}" was not understood.`,
        ...(meant === undefined
          ? [
              ' Write it like ',
              { code: `/uploads ${word} pune without e-mail` },
              ' or ',
              { code: `/uploads ${word} due before friday` },
              '.',
            ]
          : [' Did you mean ', { code: meant }, '?']),
      ],
    },
    {
      kind: 'buttons',
      buttons: [
        view
          ? viewButton(brief(view.typed, MAX_LABEL), viewValue(view.view, ...view.about))
          : viewButton('Show what works', viewValue('help', 'uploads')),
      ],
    },
  )
}
export async function completeFilter(
  asked: AskedFilter,
  viewer: Viewer,
  deps: CommandDeps,
): Promise<MeantFilter | Reply> {
  const answer = phraseFound(asked.filter, deps)
  if (asked.filter.upload === undefined) return { ...asked, text: answer }
  const upload = await findMeantUpload(String(asked.filter.upload), viewer, deps, '/uploads export #42')
  return isReply(upload) ? upload : { ...asked, upload, text: answer }
}

function phraseFound(filter: CustomerFilter, deps: CommandDeps): string {
  return phraseFilter(filter, (field) => labelOf(field, deps))
}
