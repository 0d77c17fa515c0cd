import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect } from 'vitest'
import { renderPlain } from '../../commands/plain/render-plain.ts'
import type { Reply, ReplyPart } from '../../commands/reply/reply.ts'
import type { Story } from '../../dev/page/index.ts'
import { NONE_NATIVE, renderBlocks } from '../../src/slack/render/index.ts'

/** The people of the snapshots, by their Slack ids. */
const PEOPLE: Readonly<Record<string, string>> = { U1: 'asha', U2: 'ravi', U3: 'meera', UBOT: 'uploads' }
const FOLDER = new URL('../replies/', import.meta.url)

export interface ReplyTexts {
  /** Compares a reply with its snapshot, which `vitest -u` writes. @param name of the file, without its ending */
  expectReply(name: string, reply: Reply): Promise<void>
  /** The same for text that is not a reply: what a program prints, what stands beside a file. */
  expectText(name: string, text: string): Promise<void>
}

/**
 * Snapshots of one suite, each a file of its own in `test/replies/<folder>`. A file that no test of the suite wrote fails
 * the suite: the reply is gone.
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

/** A reply as its reader sees it, with everything that can be pressed in brackets. */
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
