import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { refuseNativeBlocks } from '../../dev/slack/refuse-native-blocks.ts'
import { startWorkspace, type Workspace } from '../../dev/workspace/workspace.ts'
import { type LiveTry, tryLive } from '../../src/cli/doctor-live.ts'
import type { Finding } from '../../src/cli/finding.ts'
import { createWebClient } from '../../src/slack/transport/slack-call.ts'

let workspace: Workspace
beforeEach(async () => {
  workspace = await startWorkspace()
})
afterEach(() => workspace.stop())

async function examine(more: Partial<LiveTry> = {}, onFinding: (finding: Finding) => void = () => {}) {
  const findings: Finding[] = []
  const { token, apiUrl } = workspace
  const live: LiveTry = {
    client: createWebClient(token, apiUrl, undefined),
    apiUrl,
    channel: workspace.channelId('customers'),
    person: workspace.userId('asha'),
    signal: new AbortController().signal,
    timing: { shareWithinMs: 20_000, lookEveryMs: 50 },
    ...more,
  }
  for await (const finding of tryLive(live)) {
    findings.push(finding)
    onFinding(finding)
  }
  return { findings, of: (what: string) => findings.find((one) => one.what === what) }
}

const messages = () => workspace.messages('customers')
const filesLeft = async () => {
  const response = await fetch(`${workspace.apiUrl}files.list`, {
    headers: { authorization: `Bearer ${workspace.token}` },
  })
  const { files }: { files: unknown[] } = JSON.parse(await response.text())
  return files.length
}
async function expectNothingLeft(): Promise<void> {
  expect(await messages()).toEqual([])
  expect(await filesLeft()).toBe(0)
  expect(workspace.countScheduled()).toBe(0)
}

describe('the try of what a workspace does', () => {
  it('posts, edits, replies, uploads, schedules and shows the newer blocks, and leaves nothing behind', async () => {
    const { findings, of } = await examine()

    expect(findings.filter(({ state }) => state === 'bad')).toEqual([])
    expect(of('channel')?.text).toMatch(/#customers, public/)
    for (const what of ['post', 'edit', 'reply']) expect(of(what)).toMatchObject({ state: 'ok' })
    expect(of('upload')?.text).toMatch(/^shared \d+\.\d s after/)
    expect(of('files.list')).toMatchObject({ state: 'ok' })
    expect(of('schedule')?.text).toBe('taken, and listed')
    for (const kind of ['table', 'data_table', 'data_visualization'])
      for (const where of ['message', 'ephemeral'])
        expect(of(`${kind} (${where})`)).toMatchObject({ text: 'taken' })
    expect(of('clean-up')).toMatchObject({ state: 'ok' })
    await expectNothingLeft()
    expect(workspace.mistakes).toEqual([])
    expect(workspace.callCounts.get('views.publish')).toBeUndefined()
    expect(workspace.callCounts.get('apps.connections.open')).toBeUndefined()
  }, 120_000)

  it('says which blocks this workspace refuses', async () => {
    const restore = workspace.use(refuseNativeBlocks)
    const { of } = await examine()
    restore()

    expect(of('table (message)')).toMatchObject({
      state: 'warn',
      text: expect.stringContaining('invalid_blocks'),
    })
    await expectNothingLeft()
  }, 120_000)

  it('says that an upload was never shared, and deletes it', async () => {
    workspace.forgetShares(1)
    const { of } = await examine({ timing: { shareWithinMs: 500, lookEveryMs: 50 } })

    expect(of('upload')).toMatchObject({ state: 'warn', text: expect.stringContaining('not shared') })
    await expectNothingLeft()
  }, 120_000)

  it.each(['post', 'upload', 'schedule'])(
    'cleans up where it is told to stop after: %s',
    async (what) => {
      const stopping = new AbortController()
      const { findings, of } = await examine({ signal: stopping.signal }, (finding) => {
        if (finding.what === what) stopping.abort()
      })

      expect(of('stopped')).toMatchObject({ state: 'warn' })
      expect(findings.at(-1)?.what).toBe('clean-up')
      await expectNothingLeft()
    },
    120_000,
  )

  it('says nothing of an upload that it did not wait for to the end', async () => {
    workspace.forgetShares(1)
    const stopping = new AbortController()
    const stop = workspace.use(async (call, next) => {
      const answer = await next(call)
      if (call.path.startsWith('/api/files.completeUploadExternal')) stopping.abort()
      return answer
    })
    const { of, findings } = await examine({
      signal: stopping.signal,
      timing: { shareWithinMs: 60_000, lookEveryMs: 50 },
    })
    stop()

    expect(of('upload')).toBeUndefined()
    expect(findings.slice(-2)).toMatchObject([{ what: 'stopped' }, { what: 'clean-up' }])
    await expectNothingLeft()
  }, 120_000)

  it('posts nothing where the bot is not in the channel', async () => {
    const channel = workspace.channelId('gossip')
    const { findings } = await examine({ channel })

    expect(findings).toMatchObject([
      { state: 'bad', what: 'channel', fix: expect.stringContaining('/invite') },
      { what: 'clean-up' },
    ])
    expect(await workspace.messages('gossip')).toEqual([])
  }, 120_000)
})
