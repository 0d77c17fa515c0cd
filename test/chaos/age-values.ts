import { setTimeout as sleep } from 'node:timers/promises'
import type { FileUpload } from '../../models/index.ts'
import type { ErrandDeps } from './errand.ts'
import { BrokenInvariant } from './hold.ts'
import { type Program, startProgram } from './program.ts'

const DAY_MS = 86_400_000
const LOOK_MS = 5

/** Deletes old values in two processes at once, one of which is killed; repeated until nothing is left. */
export async function ageValues(deps: ErrandDeps): Promise<void> {
  const { chance, tally, print, stuckMs } = deps
  const started = Date.now()
  const [first, second] = [startAging(deps), startAging(deps)]
  await waitUntilBegun(deps, first)
  if (first.isRunning()) {
    await sleep(chance.between(0, 30))
    first.process.kill('SIGKILL')
    tally.cutAgings += 1
    print('kill -9 a process that removes old values')
  }
  await Promise.all([first.ended, second.ended])
  while ((await findOld(deps, { 'retention.done_at': { $exists: false } })).length > 0) {
    // Slack may refuse to delete the files with these values: the job retries later.
    const { code, text } = await startAging(deps).ended
    if (Date.now() - started > stuckMs) throw new BrokenInvariant(`old values stay (${code}): ${text}`)
  }
  tally.agings += 1
  print('values of old files are gone')
}

/** Files older than the retention period. */
export async function findOld(
  { models, retentionDays }: Pick<ErrandDeps, 'models' | 'retentionDays'>,
  filter: object = {},
): Promise<FileUpload[]> {
  const before = new Date(Date.now() - retentionDays * DAY_MS)
  return await models.fileUploads.collection
    .find<FileUpload>({ shared_at: { $lt: before }, ...filter })
    .toArray()
}

function startAging({ mongodbUri, workspace, retentionDays }: ErrandDeps): Program {
  return startProgram('test/chaos/remove-old-values.ts', [], {
    MONGODB_URI: mongodbUri,
    RETENTION_DAYS: String(retentionDays),
    SLACK_BOT_TOKEN: workspace.token,
    SLACK_API_URL: workspace.apiUrl,
  })
}

async function waitUntilBegun(deps: ErrandDeps, program: Program): Promise<void> {
  const isOpen = { 'retention.line': { $gt: 0 }, 'retention.done_at': { $exists: false } }
  while (program.isRunning() && (await findOld(deps, isOpen)).length === 0) await sleep(LOOK_MS)
}
