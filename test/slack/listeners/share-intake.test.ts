import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorkspace, type Workspace } from '../../../dev/workspace/workspace.ts'
import { createShareIntake } from '../../../src/slack/listeners/share-intake.ts'
import { createBoltLogger } from '../../../src/slack/transport/bolt-logger.ts'
import { createWebClient } from '../../../src/slack/transport/slack-call.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const CSV = { name: 'list.csv', bytes: new TextEncoder().encode('Phone\n7417119014\n') }

describe('a share that cannot be written down', () => {
  let workspace: Workspace
  beforeAll(async () => {
    workspace = await startWorkspace()
  })
  afterAll(() => workspace.stop())

  it.each([
    ['in the channel', async () => undefined],
    [
      'in the thread it was shared in',
      async () => (await workspace.share('ravi', 'customers', CSV, { announce: false })).ts,
    ],
  ])('tells the person that it waits, where they see it: %s', async (_, openThread) => {
    const thread = await openThread()
    const share = await workspace.share('asha', 'customers', CSV, {
      announce: false,
      ...(thread !== undefined && { thread }),
    })
    const before = workspace.ephemerals.length
    const intake = createShareIntake({
      client: createWebClient(workspace.token, workspace.apiUrl, createBoltLogger(silent)),
      botUserId: () => workspace.botUserId,
      queue: {
        queueSlackShare: async () => {
          throw Object.assign(new Error('away'), { name: 'MongoNetworkError' })
        },
      },
      onShareQueued: () => {},
      log: silent,
      firstPauseMs: 5,
      firstWordAfterMs: 0,
    })

    await expect(
      intake.take({
        team: 'T1',
        channel: share.channel,
        user: share.user,
        fileId: share.fileId,
        sharedAt: share.sharedAt,
      }),
    ).rejects.toMatchObject({ code: 'database_unavailable' })

    await expect.poll(() => workspace.ephemerals.length).toBe(before + 1)
    const shown = workspace.ephemerals.at(-1)
    expect(shown).toMatchObject({ user: share.user, channel: share.channel })
    expect(shown?.thread).toBe(thread)
    await intake.stop()
  })
})
