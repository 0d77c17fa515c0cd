import { setTimeout as sleep } from 'node:timers/promises'
import { findControl } from '../../dev/demo/demo-controls.ts'
import type { ErrandDeps } from './errand.ts'
import { BrokenInvariant } from './hold.ts'

/** A request to forget a person, as its sender knows it. */
export interface Wish {
  readonly phone: string
  /** The value of the button that was answered. */
  readonly token: string
}

export const ADMIN = 'meera'
const ANSWER_WITHIN_MS = 5_000
const ASK_AGAIN_MS = 500
/** The second alternative: an earlier press arrived, but its answer was lost. */
const TAKEN = /Queued as|question is closed/

/** An admin exports all customers; the file is not waited for. */
export async function askForList({ workspace, chance, channels, tally }: ErrandDeps): Promise<void> {
  await workspace.command(ADMIN, chance.pick(channels), '/uploads export', { timeoutMs: 1_000 })
  tally.exports += 1
}

/** An admin requests a forget upload, confirms it, and repeats it until it is answered. */
export async function forgetPerson(deps: ErrandDeps, phone: string): Promise<Wish> {
  const { workspace, chance, channels, tally, print: write } = deps
  const channel = chance.pick(channels)
  const patience = { timeoutMs: ANSWER_WITHIN_MS }
  const button = await insist(deps, async () => {
    const asking = { ...patience, isLate: true }
    const question = await workspace.command(ADMIN, channel, `/customer forget ${phone}`, asking)
    return findControl(question.answers, 'Forget for good')
  })
  await insist(deps, async () => {
    const { answers } = await workspace.act(ADMIN, channel, button, patience)
    return answers.find(({ text }) => TAKEN.test(text))
  })
  tally.forgets += 1
  write('an admin had somebody forgotten')
  return { phone, token: button.value }
}

async function insist<T>({ tally, stuckMs }: ErrandDeps, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + stuckMs
  while (Date.now() < deadline) {
    const answer = await ask()
    if (answer !== undefined) return answer
    tally.unanswered += 1
    await sleep(ASK_AGAIN_MS)
  }
  throw new BrokenInvariant(`a wish to be forgotten was not taken for ${stuckMs / 1000} s`)
}
