import { afterEach, describe, expect, it, vi } from 'vitest'
import { startWorkspace, type Workspace } from '../../../dev/workspace/workspace.ts'

let workspace: Workspace
afterEach(async () => {
  vi.useRealTimers()
  await workspace.stop()
})

const NEVER = 3_600_000
const csv = { name: 'list.csv', bytes: new TextEncoder().encode('phone\n07417119014\n') }

interface Answer {
  readonly ok: boolean
  readonly error?: string
  readonly file_id: string
  readonly upload_url: string
  readonly file?: { readonly mimetype?: string; readonly shares?: { readonly public?: object } }
}

async function call(method: string, args: Readonly<Record<string, unknown>>): Promise<Answer> {
  const response = await fetch(workspace.apiUrl + method, {
    method: 'POST',
    headers: { authorization: `Bearer ${workspace.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(args),
  })
  return JSON.parse(await response.text())
}

const look = (file: string) => call('files.info', { file })

async function upload(): Promise<string> {
  const { file_id, upload_url } = await call('files.getUploadURLExternal', {
    filename: csv.name,
    length: csv.bytes.byteLength,
  })
  await fetch(upload_url, { method: 'POST', body: csv.bytes })
  const done = await call('files.completeUploadExternal', {
    files: [{ id: file_id }],
    channel_id: workspace.channelId('customers'),
  })
  expect(done.ok).toBe(true)
  return file_id
}

describe('a file somebody shares', () => {
  it('is unknown for a moment', async () => {
    workspace = await startWorkspace({ lateness: { unknownMs: NEVER } })
    const share = await workspace.share('asha', 'customers', csv, { announce: false })

    expect(await look(share.fileId)).toMatchObject({ ok: false, error: 'file_not_found' })
  })

  it('has neither a type nor a message for a moment, and then both', async () => {
    workspace = await startWorkspace({ lateness: { unknownMs: 0, unsharedMs: NEVER } })
    const share = await workspace.share('asha', 'customers', csv, { announce: false })

    const first = await look(share.fileId)

    expect(first.file).toMatchObject({ shares: {} })
    expect(first.file?.mimetype).toBeUndefined()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + NEVER })
    const later = await look(share.fileId)
    expect(later.file?.mimetype).toBeDefined()
    expect(JSON.stringify(later.file?.shares)).toContain(share.ts)
  })
})

describe('a file the bot uploads', () => {
  it('is shared after Slack has answered', async () => {
    workspace = await startWorkspace({ lateness: { unsharedMs: 0, completeMs: 5_000 } })
    const before = await workspace.messages('customers')

    const file = await upload()

    expect(await look(file)).toMatchObject({ ok: true, file: { shares: {} } })
    expect(await workspace.messages('customers')).toHaveLength(before.length)
    await expect.poll(() => workspace.messages('customers')).toHaveLength(before.length + 1)
  })

  it('is not shared any more where it is deleted in between', async () => {
    workspace = await startWorkspace({ lateness: { completeMs: 5_000 } })
    const file = await upload()

    expect(await call('files.delete', { file })).toMatchObject({ ok: true })
    // The next upload is shared, and this one was not.
    await upload()

    await expect.poll(() => workspace.messages('customers')).toHaveLength(1)
  })

  it('is never shared where Slack forgets it, and is there', async () => {
    workspace = await startWorkspace({ lateness: { completeMs: 0, unsharedMs: 0 } })
    workspace.forgetShares(1)

    expect(await look(await upload())).toMatchObject({ ok: true })
    expect(await workspace.messages('customers')).toEqual([])
    await upload()
    expect(await workspace.messages('customers')).toHaveLength(1)
  })
})
