import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect } from 'vitest'
import { renderPlain } from '../../commands/plain/render-plain.ts'
import type { Reply, ReplyPart } from '../../commands/reply/reply.ts'
import type { Story } from '../../dev/page/index.ts'
import { NONE_NATIVE, renderBlocks } from '../../src/slack/render/index.ts'

/** The people in the snapshots, by Slack id. */
const PEOPLE: Readonly<Record<string, string>> = { U1: 'asha', U2: 'ravi', U3: 'meera', UBOT: 'uploads' }
const FOLDER = new URL('../replies/', import.meta.url)

export interface ReplyTexts {
  /**
   * Compares a reply with its snapshot, which `vitest -u` writes. @param name of the file, without its
   * extension
   */
  expectReply(name: string, reply: Reply): Promise<void>
  /** The same for other text: a program's output, a comment on a file. */
  expectText(name: string, text: string): Promise<void>
}

/**
 * The snapshots of one suite, one file each in `test/replies/<folder>`. A file without a test fails the
 * suite, because its reply no longer exists.
 */
export function openReplyTexts(folder: string): ReplyTexts {
  const written = new Set<string>()
  // biome-ignore lint/correctness/noEmptyPattern: vitest wants a pattern, and the suite comes second.
  afterAll(({}, { tasks }) => {
    if (tasks.some(({ mode, result }) => mode === 'skip' || result?.state === 'fail')) return
    // New files are written after this.
    const path = new URL(`${folder}/`, FOLDER)
    const stored = existsSync(path) ? readdirSync(path) : []
    expect(stored.filter((name) => !written.has(name))).toEqual([])
  })

  async function expectText(name: string, text: string): Promise<void> {
    written.add(`${name}.txt`)
    await expect(`${text.trimEnd()}\n`).toMatchFileSnapshot(`./${folder}/${name}.txt`)
  }

  return {
    expectText,
    async expectReply(name, reply) {
      if (process.env.STORIES_FOLDER) writeStory(process.env.STORIES_FOLDER, folder, name, reply)
      await expectText(name, showReply(reply))
    },
  }
}

/** For the page that shows every reply in every state. */
function writeStory(into: string, group: string, name: string, reply: Reply): void {
  const { blocks: plain } = renderBlocks(reply, { native: NONE_NATIVE })
  const story: Story = { group, name, ...renderBlocks(reply), plain }
  writeFileSync(join(into, `${group} ${name}.json`), JSON.stringify(story))
}

/** A reply as text for a reader, with controls in brackets. */
function showReply({ parts, rest, ...reply }: Reply): string {
  const shown = parts.map((part) => showControls(part) ?? plain({ ...reply, parts: [part] }))
  const more =
    rest === undefined ? [] : [`[if it is cut] ${plain({ ...reply, parts: [{ kind: 'text', text: rest }] })}`]
  return [...shown, ...more].join('\n')
}

const plain = (reply: Reply): string =>
  renderPlain(reply, { timeZone: 'Asia/Kolkata', nameOf: (id) => PEOPLE[id] ?? id })

function showControls(part: ReplyPart): string | undefined {
  switch (part.kind) {
    case 'buttons':
      return part.buttons
        .map(({ label, confirm }) =>
          confirm
            ? `[${label}] asks: ${confirm.title} ${confirm.text} [${confirm.yes}] [${confirm.no}]`
            : `[${label}]`,
        )
        .join('\n')
    case 'menu':
      return `[${part.label}: ${part.options.map(({ label }) => label).join(' | ')}]`
    case 'search':
      return `[${part.label}: ${part.placeholder}] [${part.button}]`
    default:
      return undefined
  }
}
