import { readFile } from 'node:fs/promises'
import { mongo } from 'mongoose'
import type { Share, Workspace } from '../../../dev/workspace/workspace.ts'
import type { Models } from '../../../models/index.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'

/** A database of an earlier version, with the files and messages of its workspace. See write-fixtures.ts. */
export interface Fixture {
  readonly workspace: {
    readonly team: string
    readonly bot: string
    readonly url: string
    readonly channel: string
    readonly people: Readonly<Record<string, string>>
  }
  readonly files: readonly {
    readonly id: string
    readonly ts: string
    readonly person: string
    readonly name: string
    readonly text?: string
    readonly base64?: string
  }[]
  readonly messages: readonly {
    readonly ts: string
    readonly thread_ts?: string
    readonly text: string
    readonly blocks?: readonly unknown[]
    readonly metadata?: unknown
  }[]
  /** The buttons of ephemeral replies: by command, then what they opened. */
  readonly answers: readonly {
    readonly asked: string
    readonly controls: readonly { readonly label: string; readonly action: string; readonly value: string }[]
  }[]
  readonly collections: Readonly<Record<string, readonly Record<string, unknown>[]>>
}

export interface PlayedFixture extends PlayedBot {
  readonly fixture: Fixture
  /** By file name. */
  readonly shares: ReadonlyMap<string, Share>
}

export async function readFixture(name: string): Promise<Fixture> {
  const url = new URL(`../fixtures/before/${name}.json`, import.meta.url)
  return JSON.parse(await readFile(url, 'utf8'))
}

/**
 * Starts the current bot on the database of an earlier version, in a workspace with the same files and
 * messages.
 * @param change changes the database before the start
 */
export async function playFixture(
  name: string,
  settings: (workspace: Workspace) => Record<string, string> = () => ({}),
  change: (models: Models) => Promise<void> = async () => {},
): Promise<PlayedFixture> {
  const fixture = await readFixture(name)
  let shares = new Map<string, Share>()
  const bot = await playWorkspace(settings, undefined, { rateLimits: false }, async (workspace, models) => {
    shares = await loadFixture(fixture, workspace, models)
    await change(models)
  })
  return { ...bot, fixture, shares }
}

/**
 * Loads a fixture into a database and a workspace. Slack ids and message times of this workspace replace
 * those in the fixture.
 */
async function loadFixture(
  fixture: Fixture,
  workspace: Workspace,
  models: Models,
): Promise<Map<string, Share>> {
  const names = new Map<string, string>([
    [fixture.workspace.team, workspace.teamId],
    [fixture.workspace.bot, workspace.botUserId],
    [fixture.workspace.url, workspace.url],
    [fixture.workspace.channel, workspace.channelId('customers')],
    ...Object.entries(fixture.workspace.people).map(([person, id]): [string, string] => [
      id,
      workspace.userId(person),
    ]),
  ])
  const nameMessage = (before: string, now: string) => {
    names.set(before, now)
    names.set(`p${before.replace('.', '')}`, `p${now.replace('.', '')}`)
  }
  const shares = new Map<string, Share>()
  for (const { id, ts, person, name, text, base64 = '' } of fixture.files) {
    const bytes = text === undefined ? Buffer.from(base64, 'base64') : new TextEncoder().encode(text)
    const share = await workspace.share(person, 'customers', { name, bytes }, { announce: false })
    shares.set(name, share)
    names.set(id, share.fileId)
    nameMessage(ts, share.ts)
  }
  for (const { ts, ...message } of fixture.messages) {
    const posted = await fetch(`${workspace.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${workspace.token}`, 'content-type': 'application/json' },
      body: rename(JSON.stringify({ channel: fixture.workspace.channel, ...message }), names),
    })
    const answer: { ok: boolean; ts: string; error?: string } = JSON.parse(await posted.text())
    if (!answer.ok) throw new Error(`the message was not posted: ${answer.error}`)
    nameMessage(ts, answer.ts)
  }
  const collections: Fixture['collections'] = JSON.parse(rename(JSON.stringify(fixture.collections), names))
  for (const [collection, documents] of Object.entries(collections)) {
    const stored = documents.map((document) => mongo.BSON.EJSON.deserialize(document) as mongo.Document)
    await models.connection.collection(collection).insertMany(stored)
  }
  // While no message is known, a share is identified by its time.
  for (const { fileId, sharedAt } of shares.values())
    await models.fileUploads.collection.updateMany(
      { 'source.file_id': fileId, message: { $exists: false }, started_at: { $exists: false } },
      { $set: { shared_at: sharedAt } },
    )
  return shares
}

/** In one pass, so that a replacement is never replaced again. */
function rename(text: string, names: ReadonlyMap<string, string>): string {
  const known = [...names.keys()].map((name) => name.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&'))
  return text.replaceAll(new RegExp(known.join('|'), 'g'), (name) => names.get(name) ?? name)
}
