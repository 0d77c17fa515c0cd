import { toDatabaseError } from '../../models/index.ts'
import { runMapping } from '../columns/index.ts'
import { runDigest } from '../digest/index.ts'
import { parseUploadReference } from '../receipts/index.ts'
import {
  type CommandDeps,
  type CommandInput,
  describeTooLong,
  type Inline,
  type Reply,
  type Sentence,
} from '../reply/index.ts'
import { nearestWord } from '../text/index.ts'
import { runPreview } from './preview.ts'
import { runUndoCommand } from './undo.ts'
import { compareLists } from './uploads-compare.ts'
import { exportList } from './uploads-export.ts'
import { listRecent } from './uploads-recent.ts'
import { showUpload } from './uploads-show.ts'

interface Subcommand {
  /** @param input its `text` is what stands behind the word */
  run(input: CommandInput, deps: CommandDeps): Promise<Reply>
  /** For the list of what there is: how it is typed, and what it answers. */
  readonly example: string
  readonly help: string
}

const SUBCOMMANDS: Readonly<Record<string, Subcommand>> = {
  recent: {
    run: listRecent,
    example: '/uploads recent',
    help: 'the latest files, who shared them and their results; also recent 25, failed, today, yesterday, since monday, @asha',
  },
  show: {
    run: showUpload,
    example: '/uploads show 42',
    help: 'the receipt of one file, and what it changed',
  },
  compare: {
    run: compareLists,
    example: '/uploads compare 42 41',
    help: 'two files compared: new, missing and changed customers; also compare 42 41 as xlsx',
  },
  digest: {
    run: runDigest,
    example: '/uploads digest',
    help: 'the summary of today: who uploaded what, what failed, what waits; also weekly, yesterday, 15 Jan',
  },
  export: {
    run: exportList,
    example: '/uploads export',
    help: 'all customers as a CSV file for you only, or export as xlsx; export since monday for changed customers; admins only',
  },
  mapping: {
    run: runMapping,
    example: '/uploads mapping',
    help: 'the phone columns and sheets people chose, and how to correct them',
  },
  preview: {
    run: runPreview,
    example: '/uploads preview',
    help: 'what the next file you share would do, before it is imported; preview 42 for an earlier file',
  },
  undo: {
    run: runUndoCommand,
    example: '/uploads undo 42',
    help: 'undo a file: overwritten values return, created customers are removed',
  },
}

/** The words `/uploads` knows. */
export const SUBCOMMAND_NAMES: readonly string[] = Object.keys(SUBCOMMANDS)

/** `/uploads …`: what came in and what it did. */
export async function runUploads(input: CommandInput, deps: CommandDeps): Promise<Reply> {
  const text = input.text.trim()
  const [first = ''] = text.split(/\s+/)
  const word = first.toLowerCase()
  if (word === '' || word === 'help') return explain()
  const tooLong = describeTooLong(text)
  if (tooLong) return tooLong
  const subcommand = Object.hasOwn(SUBCOMMANDS, word) ? SUBCOMMANDS[word] : undefined
  try {
    if (subcommand) return await subcommand.run({ ...input, text: text.slice(first.length).trim() }, deps)
    // `/uploads 42` and `/uploads last` can only mean one thing.
    if (parseUploadReference(text) !== undefined) return await showUpload({ ...input, text }, deps)
  } catch (error) {
    throw toDatabaseError(error)
  }
  return explain(describeUnknown(word))
}

function describeUnknown(word: string): Inline[] {
  const meant = nearestWord(word, Object.keys(SUBCOMMANDS))
  const example = meant === undefined ? undefined : SUBCOMMANDS[meant]?.example
  return [
    `The command "${word}" does not exist.`,
    ...(example ? [' Did you mean ', { code: example }, '?'] : []),
  ]
}

function explain(first: Sentence = 'What would you like to see?'): Reply {
  return {
    visibility: 'asker',
    parts: [
      { kind: 'headline', text: first },
      {
        kind: 'list',
        items: Object.values(SUBCOMMANDS).map(
          ({ example, help }): Sentence => [{ code: example }, `: ${help}`],
        ),
      },
      {
        kind: 'note',
        text: 'To import customers, share a CSV file in this channel. The receipt is posted as a reply.',
      },
    ],
  }
}
