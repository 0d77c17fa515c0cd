// Prints the section of CHANGELOG.md about one version: node .ci/release/print-notes.mjs v1.2.3
import { readFileSync } from 'node:fs'

const version = (process.argv[2] ?? '').replace(/^v/, '')
const fail = (message) => {
  console.error(message)
  process.exit(1)
}

const { version: packaged } = JSON.parse(readFileSync('package.json', 'utf8'))
if (version !== packaged) fail(`The tag is of version "${version}", and package.json says "${packaged}".`)
const section = readFileSync('CHANGELOG.md', 'utf8')
  .split(/^(?=## )/m)
  .find(
    (text) =>
      text.startsWith(`## ${version} `) ||
      text.startsWith(`## [${version}]`) ||
      text.startsWith(`## ${version}\n`),
  )
const notes = section?.split('\n').slice(1).join('\n').trim() ?? ''
if (notes === '') fail(`CHANGELOG.md has no notes under "## ${version}".`)
console.log(notes)
