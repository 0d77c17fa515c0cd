import { randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { describeError, type Reply } from '../../../commands/reply/index.ts'
import { AppError } from '../../errors.ts'
import type { Log } from '../../uploads/lease/index.ts'
import {
  ALL_NATIVE,
  type NativeBlock,
  NONE_NATIVE,
  nativeBlocksIn,
  type RenderedReply,
  renderBlocks,
  type Surface,
} from '../render/index.ts'
import { isBlockRefusal } from '../transport/index.ts'

export interface ReplySender {
  /**
   * Sends a reply with all blocks Slack accepts there. If Slack refuses them, it is sent again with older
   * blocks, at last without any. A view needs blocks, so there the refusal is thrown.
   * @param isRefused true if the error means that Slack refuses the blocks
   */
  send<T>(reply: Reply, call: (rendered: RenderedReply) => Promise<T>, options?: SendOptions): Promise<T>
}

interface SendOptions {
  readonly surface?: Surface
  readonly isRefused?: (error: unknown) => boolean
  /** The caller does not repeat the call: then `internal_error` may be about the blocks too. */
  readonly isLastTry?: boolean
}

/** Milliseconds a refusal is remembered; Slack may accept the block after its next release. */
const REMEMBER_MS = 6 * 60 * 60_000

type RenderOptions = NonNullable<Parameters<typeof renderBlocks>[1]>

/** One per process: blocks that Slack refused are not tried with each message. */
export function createReplySender(log?: Pick<Log, 'error'>): ReplySender {
  const refused = new LRUCache<string, true>({ max: 100, ttl: REMEMBER_MS, ttlResolution: 0, perf: Date })

  function takes(surface: Surface): ReadonlySet<NativeBlock> {
    // Tables and charts are for messages only.
    if (surface === 'view') return NONE_NATIVE
    return new Set([...ALL_NATIVE].filter((kind) => !refused.has(`${surface} ${kind}`)))
  }

  function remember(surface: Surface, kinds: readonly NativeBlock[]): void {
    for (const kind of kinds) refused.set(`${surface} ${kind}`, true)
  }

  /** The person gets a reply even if it cannot be rendered as blocks. */
  function render(reply: Reply, options: RenderOptions): RenderedReply {
    try {
      return renderBlocks(reply, options)
    } catch (thrown) {
      const reference = randomBytes(3).toString('hex')
      const error = new AppError('unexpected', {}, thrown)
      log?.error({ code: error.code, reference, err: thrown }, 'a reply could not be rendered')
      return renderBlocks({ ...describeError(error, reference), visibility: reply.visibility }, options)
    }
  }

  return {
    async send(reply, call, options = {}) {
      const { surface = 'message', isLastTry = false } = options
      const isRefused = options.isRefused ?? ((error) => isBlockRefusal(error, isLastTry))
      const tries: Try = { native: takes(surface), suspects: [] }
      for (;;) {
        const rendered = render(reply, { surface, native: tries.native })
        try {
          const sent = await call(rendered)
          remember(surface, tries.suspects)
          return sent
        } catch (error) {
          if (!isRefused(error)) throw error
          if (leaveOut(tries, rendered)) continue
          if (surface === 'view' || rendered.blocks.length === 0) throw error
          return await call({ ...rendered, blocks: [] })
        }
      }
    },
  }
}

interface Try {
  native: ReadonlySet<NativeBlock>
  /** Left out so far: if Slack accepts the rest, these were refused. */
  suspects: readonly NativeBlock[]
}

/**
 * First without the newest kind, then without all: a response_url works five times.
 * @returns false if there was none to leave out
 */
function leaveOut(tries: Try, { blocks }: RenderedReply): boolean {
  const [newest, ...others] = nativeBlocksIn(blocks)
  if (newest === undefined) return false
  const isFirst = tries.suspects.length === 0
  tries.suspects = isFirst ? [newest] : [...tries.suspects, newest, ...others]
  tries.native = isFirst ? new Set([...tries.native].filter((kind) => kind !== newest)) : NONE_NATIVE
  return true
}
