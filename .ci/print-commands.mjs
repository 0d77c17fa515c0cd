// Prints the commands of a page that stand in a block of this name (```sh NAME, ```js NAME), so that what is documented
// is what is run: node .ci/print-commands.mjs docs/operations.md replica-set-member
import { readFileSync } from 'node:fs'

const [page, name] = process.argv.slice(2)
const blocks = [...readFileSync(page, 'utf8').matchAll(/^```\w+ ([\w-]+)\n([\s\S]*?)^```$/gm)]
const found = blocks.filter(([, title]) => title === name)
if (found.length !== 1) {
  console.error(`${page} has ${found.length} blocks called ${name}`)
  process.exit(1)
}
process.stdout.write(found[0][2])
