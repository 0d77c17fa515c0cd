// Rewrites the scripts of a package.json for the archive: those that start a compiled program, and no others.
import { readFileSync, writeFileSync } from 'node:fs'

const path = process.argv[2]
const settings = JSON.parse(readFileSync(path, 'utf8'))
const compiled = Object.entries(settings.scripts).flatMap(([name, command]) => {
  const program = /^tsx (src\/cli\/[\w-]+)\.ts$/.exec(command)?.[1]
  if (program) return [[name, `node dist/${program}.js`]]
  return /ensure-built\.mjs && .* dist\/src\//.test(command) ? [[name, command]] : []
})
settings.scripts = Object.fromEntries(compiled)
writeFileSync(path, `${JSON.stringify(settings, undefined, 2)}\n`)
