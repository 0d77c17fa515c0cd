import type { WebClient } from '@slack/web-api'
import { AppError, toAppError } from '../../errors.ts'
import type { ReactionStore } from '../../stores/index.ts'
import type { Log } from '../../uploads/lease/index.ts'
import type { Upload } from '../files/index.ts'
import { repeatCall } from '../transport/index.ts'

/** Reactions on the message that shares a file show the upload's state. */
interface Reactions {
  /**
   * Shows the upload's current state and removes earlier reactions. Never fails: `showRest` retries what
   * Slack rejects now.
   * @param ts of the message that shares the file, if the upload does not have it yet
   */
  show(upload: Pick<Upload, '_id'>, ts?: string): Promise<void>
  /** Retries reactions that failed. @throws driver errors */
  showRest(): Promise<void>
}

interface ReactionsDeps {
  readonly client: WebClient
  readonly store: ReactionStore
  /** False: the team turned reactions off. */
  readonly isOn: boolean
  readonly log: Log
}

const WAITS = 'hourglass_flowing_sand'
const ASKS = 'question'
const DONE = 'white_check_mark'
const FAILED = 'warning'
/** Undone or discarded: nothing of it is active. */
const TAKEN_BACK = 'leftwards_arrow_with_hook'

const REACT_WITHIN_MS = 20_000
// Slack's errors if the reaction is already as wanted.
const IS_SO: ReadonlySet<string> = new Set(['already_reacted', 'no_reaction'])
/** Slack may answer late while the upload's state changes again, which is rare. */
const MAX_LOOKS = 5

function reactionOf({ status, problem }: Pick<Upload, 'status' | 'problem'>): string {
  switch (status) {
    case 'queued':
    case 'running':
      return WAITS
    case 'held':
      return ASKS
    case 'done':
      return DONE
    case 'failed':
      return problem?.code === 'left_out' ? TAKEN_BACK : FAILED
    case 'undone':
      return TAKEN_BACK
  }
}

/**
 * Reading reactions would need another scope, so each possible reaction is stored before it is added and
 * deleted after it is removed. A crash in between leaves one name too many, which the next run removes: a
 * receipt is posted until it succeeds, and its reaction with it.
 */
export function createReactions({ client, store, isOn, log }: ReactionsDeps): Reactions {
  let isRefused = !isOn

  async function call(method: 'add' | 'remove', name: string, at: { channel: string; timestamp: string }) {
    try {
      await repeatCall(() => client.reactions[method]({ ...at, name }), { withinMs: REACT_WITHIN_MS })
    } catch (error) {
      if (!(error instanceof AppError) || !IS_SO.has(String(error.details.reason))) throw error
    }
  }

  async function bringUpToDate({ _id }: Pick<Upload, '_id'>, ts: string | undefined): Promise<void> {
    let found = await store.find(_id)
    for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
      const timestamp = found?.ts ?? ts
      if (!found || timestamp === undefined) return
      const wanted = reactionOf(found.upload)
      const others = found.reactions.filter((name) => name !== wanted)
      if (found.shown === wanted && others.length === 0) return
      const at = { channel: found.channel, timestamp }
      if (found.shown !== wanted) {
        await store.willAdd(_id, wanted)
        await call('add', wanted, at)
        found = await store.added(_id, wanted)
      }
      for (const name of others) {
        await call('remove', name, at)
        found = await store.removed(_id, name)
      }
    }
  }

  async function show(upload: Pick<Upload, '_id'>, ts?: string): Promise<void> {
    if (isRefused) return
    try {
      await bringUpToDate(upload, ts)
    } catch (thrown) {
      await recordFailure(upload, toAppError(thrown))
    }
  }

  async function recordFailure(upload: Pick<Upload, '_id'>, error: AppError): Promise<void> {
    const { code, details } = error
    if (details.reason === 'missing_scope') {
      if (!isRefused)
        log.warn({ code, needed: 'reactions:write' }, 'no reactions: the app has to be installed again')
      isRefused = true
      return
    }
    log.debug({ code, reason: details.reason }, 'reaction not shown')
    // Permanent, such as a deleted message, or to be retried.
    await store.setDue(upload._id, code !== 'slack_refused').catch((failed: unknown) => {
      log.warn({ code: toAppError(failed).code }, 'reaction not written down')
    })
  }

  return {
    show,
    async showRest() {
      if (isRefused) return
      for (const _id of await store.listDue()) await show({ _id })
    },
  }
}
