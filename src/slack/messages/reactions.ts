import type { WebClient } from '@slack/web-api'
import { AppError, toAppError } from '../../errors.ts'
import type { KnownReactions, ReactionStore } from '../../stores/index.ts'
import type { Log } from '../../uploads/lease/index.ts'
import type { Upload } from '../files/index.ts'
import { repeatCall } from '../transport/index.ts'

/** The upload, with the state in which the caller knows it, if any. */
type Shown = Pick<Upload, '_id'> & Partial<Upload>

/** Reactions on the message that shares a file show the upload's state. */
interface Reactions {
  /** False if the team turned them off, or Slack does not allow them. */
  areOn(): boolean
  /**
   * Shows the upload's current state and removes earlier reactions. Never fails: `showRest` retries what
   * Slack rejects now.
   * @param ts of the message that shares the file, if the upload does not have it yet
   */
  show(upload: Shown, ts?: string): Promise<void>
  /** The reaction of a status. Stored with the status, it saves `show` a write. Undefined if there are no reactions. */
  nameOf(status: Upload['status']): string | undefined
  /** The same as a field of an upload, as an expression of an update pipeline. */
  willShow(status: Upload['status']): Readonly<Record<string, unknown>>
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

function isWhole(upload: Shown): upload is Upload {
  return upload.receipt !== undefined && upload.source !== undefined && upload.status !== undefined
}

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

  async function bringUpToDate(upload: Shown, ts: string | undefined): Promise<void> {
    let found = asStored(upload) ?? (await storeWanted(upload)) ?? (await store.find(upload._id))
    for (let looks = 0; looks < MAX_LOOKS && found; looks += 1) found = await change(upload._id, found, ts)
  }

  /** @returns the state after the change; undefined if none was needed or possible */
  async function change(
    _id: Upload['_id'],
    found: KnownReactions,
    shared: string | undefined,
  ): Promise<KnownReactions | undefined> {
    const { channel, reactions, shown, upload, ts: timestamp = shared } = found
    if (timestamp === undefined) return undefined
    const wanted = reactionOf(upload)
    const others = reactions.filter((name) => name !== wanted)
    if (shown === wanted && others.length === 0) return undefined
    const isStored = reactions.includes(wanted) || (await store.willAdd(_id, wanted, upload.status))
    // The status has changed since: another reaction is wanted.
    if (!isStored) return await store.find(_id)
    const at = { channel, timestamp }
    if (shown !== wanted) await call('add', wanted, at)
    for (const name of others) await call('remove', name, at)
    return await store.changed(_id, wanted, others)
  }

  /** The upload has the reaction it needs: its state may be older, which shows after a change. */
  function asStored(upload: Shown): KnownReactions | undefined {
    if (!isWhole(upload)) return undefined
    return upload.receipt.reactions?.includes(reactionOf(upload)) ? store.read(upload) : undefined
  }

  /** Nearly always the upload is as the caller knows it: one command stores the reaction and finds the others. */
  async function storeWanted({ _id, status, problem }: Shown): Promise<KnownReactions | undefined> {
    if (status === undefined) return undefined
    const known = { status, ...(problem && { problem }) }
    return await store.willAdd(_id, reactionOf(known), status)
  }

  async function show(upload: Shown, ts?: string): Promise<void> {
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

  const nameOf = (status: Upload['status']) => (isRefused ? undefined : reactionOf({ status }))

  return {
    areOn: () => !isRefused,
    nameOf,
    willShow(status) {
      const name = nameOf(status)
      const names = { $ifNull: ['$receipt.reactions', []] }
      return name === undefined ? {} : { 'receipt.reactions': { $setUnion: [names, [name]] } }
    },
    show,
    async showRest() {
      if (isRefused) return
      for (const _id of await store.listDue()) await show({ _id })
    },
  }
}
