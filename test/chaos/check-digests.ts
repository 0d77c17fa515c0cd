import { setTimeout as sleep } from 'node:timers/promises'
import type { Workspace } from '../../dev/workspace/workspace.ts'
import type { Digest, Models } from '../../models/index.ts'
import type { DueDigest, HandedOver } from './digest-watch.ts'
import { hold } from './hold.ts'

const LOOK_MS = 500
const POSTED_WITHIN_MS = 5_000

/** Waits until no process has work left for the due digests. */
export async function waitForDigests(
  models: Models,
  due: readonly DueDigest[],
  stuckMs: number,
): Promise<void> {
  const deadline = Date.now() + stuckMs
  const isOpen = async ({ kind, channel, dueAt }: DueDigest) =>
    (await models.digests.collection.countDocuments({
      kind,
      channel,
      due_at: dueAt,
      state: { $ne: 'open' },
    })) === 0
  for (const one of due) while (Date.now() < deadline && (await isOpen(one))) await sleep(LOOK_MS)
}

/** Each due digest is at Slack exactly once, and past ones are posted. */
export async function checkDigests(
  models: Models,
  workspace: Workspace,
  handedOver: readonly HandedOver[],
  due: readonly DueDigest[],
): Promise<void> {
  for (const { kind, channel, dueAt } of due) {
    const name = `the ${kind} summary of ${channel}`
    const digest = await models.digests.collection.findOne<Digest>({ kind, channel, due_at: dueAt })
    hold(digest?.state === 'handed_over', `${name} is ${digest?.state ?? 'not known'} (${digest?.why})`)
    // Daily digests get even seconds, weekly ones odd.
    const parity = kind === 'weekly' ? 1 : 0
    const own = handedOver.filter((one) => one.channel === channel && one.postAt % 2 === parity)
    const isUnknown = digest.why !== undefined
    hold(own.length === 1 || (isUnknown && own.length === 0), `${name} was handed over ${own.length} times`)
  }
  for (const { channel, text, postAt } of handedOver) {
    const isPast = Date.now() > postAt * 1000 + POSTED_WITHIN_MS
    const isSame = (one: { readonly text: string }) => one.text === text
    const max = handedOver.filter((one) => one.channel === channel && isSame(one)).length
    const posted = (await workspace.messages(channel)).filter(isSame).length
    hold(posted <= max && (posted > 0 || !isPast), `a summary of ${channel} was posted ${posted} times`)
  }
}
