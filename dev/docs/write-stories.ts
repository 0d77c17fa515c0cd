// npm run docs:stories [-- FILE]: writes every reply in every state to one page, from the fixtures of
// test/replies.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makePrivateFolder } from '../../src/private-files/index.ts'
import { answerHelp, print } from '../../src/terminal/index.ts'
import { type Story, showStories } from '../page/index.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** The people of the fixtures. */
const PEOPLE: Readonly<Record<string, string>> = { U1: 'asha', U2: 'ravi', U3: 'meera' }

answerHelp('Usage: npm run docs:stories [-- FILE]\n\nWrites every reply in every state to one page.')
const [file = 'stories.html'] = process.argv.slice(2)
const folder = await makePrivateFolder('stories')
try {
  await runFixtures(folder)
  const names = await readdir(folder)
  const stories = await Promise.all(
    names.map(async (name): Promise<Story> => JSON.parse(await readFile(join(folder, name), 'utf8'))),
  )
  const style = await readFile(new URL('../page/browser/page.css', import.meta.url), 'utf8')
  const options = { nameOf: (id: string) => PEOPLE[id] ?? id, timeZone: 'Asia/Kolkata' }
  await writeFile(file, showStories(stories, options, style).toString())
  print(process.stdout, `${stories.length} replies are in ${file}.`)
} finally {
  await rm(folder, { recursive: true, force: true })
}

/** Runs the tests of the replies, which then write what they compare. */
async function runFixtures(into: string): Promise<void> {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
  const all = (await readdir(join(ROOT, 'test/replies'))).filter((name) => name.endsWith('.test.ts'))
  const texts = await Promise.all(all.map((name) => readFile(join(ROOT, 'test/replies', name), 'utf8')))
  // The other tests are about programs' output.
  const suites = all
    .filter((_, at) => texts[at]?.includes('expectReply'))
    .map((name) => `test/replies/${name}`)
  const options = ['--reporter=dot', '--no-isolate', '--no-file-parallelism']
  const child = spawn(process.execPath, [vitest, 'run', ...suites, ...options], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, STORIES_FOLDER: into },
  })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error('test/replies failed: run it by itself to see why')
}
