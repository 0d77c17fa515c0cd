import { setTimeout as sleep } from 'node:timers/promises'
import { RECORD_KIND_WORDS } from '../../commands/receipts/record-kind-words.ts'
import { type RecordKind, readRecordsSetting } from '../../models/index.ts'
import type { ErrandDeps } from './errand.ts'
import { hold } from './hold.ts'
import { type Program, startProgram } from './program.ts'

/** There and back, in order. */
const KINDS: readonly RecordKind[] = ['as_written', 'one_per_phone', 'one_per_upload', 'one_per_phone']
const LOOK_MS = 5
const LONGEST_DELAY_MS = 300

/** Switches the record kind; the process is killed on the way and restarted. */
export async function switchRecords(deps: ErrandDeps): Promise<void> {
  const { models, chance, tally, print: write } = deps
  const to = KINDS[tally.switches % KINDS.length] ?? 'one_per_phone'
  const first = startSwitch(deps, to)
  while (first.isRunning() && !(await isBegun(deps, to))) await sleep(LOOK_MS)
  await sleep(chance.between(0, LONGEST_DELAY_MS))
  if (first.isRunning()) {
    const { switching } = await readRecordsSetting(models.settings)
    first.process.kill('SIGKILL')
    tally.cutSwitches += 1
    write(`kill -9 the switch to ${to}${switching ? ', half-way' : ''}`)
  }
  await first.ended
  const { code, text: answer } = await carryOut(deps, to)
  hold(code === 0, `the switch to ${to} ended with ${code}: ${answer}`)
  const { kind } = await readRecordsSetting(models.settings)
  hold(kind === to, `after the switch to ${to} a record is ${kind}`)
  tally.switches += 1
  write(`a record is ${to} now`)
}

/** Records are merged from values: after some are deleted, a switch is refused and changes nothing. */
export async function tryToSwitch(deps: ErrandDeps): Promise<void> {
  const { models, tally } = deps
  const before = await models.settings.collection.findOne({})
  const { kind } = await readRecordsSetting(models.settings)
  const to = KINDS.find((one) => one !== kind) ?? 'one_per_upload'
  const { code, text: output } = await carryOut(deps, to)
  hold(code === 1, `a switch after values were removed ended with ${code}: ${output}`)
  const after = await models.settings.collection.findOne({})
  hold(JSON.stringify(after) === JSON.stringify(before), 'a switch that was refused changed the setting')
  tally.refusedSwitches += 1
}

function startSwitch({ mongodbUri }: ErrandDeps, to: RecordKind) {
  const args = [RECORD_KIND_WORDS[to].word, '--yes', '--json']
  return startProgram('src/cli/records.ts', args, { MONGODB_URI: mongodbUri, LEASE_SECONDS: '4' })
}

/** Runs to its end, or until it clearly has none. */
async function carryOut(deps: ErrandDeps, to: RecordKind): Program['ended'] {
  const program = startSwitch(deps, to)
  const tooLong = setTimeout(() => program.process.kill('SIGKILL'), deps.stuckMs)
  return await program.ended.finally(() => clearTimeout(tooLong))
}

async function isBegun({ models }: ErrandDeps, to: RecordKind): Promise<boolean> {
  const { switching, kind } = await readRecordsSetting(models.settings)
  return switching !== undefined || kind === to
}
