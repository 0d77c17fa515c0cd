import type { WebClient } from '@slack/web-api'
import { describeHome, type Home } from '../../../commands/home/index.ts'
import type { Reply } from '../../../commands/reply/index.ts'
import { type AuthorizeDeps, authorize, type Channels, describeNotForGuests } from '../access/index.ts'
import { repeatCall } from '../transport/index.ts'

interface HomeOwner {
  readonly user: string
  readonly team: string
}

export interface HomePublisher {
  /** Shows the App Home, and refreshes it for some minutes while something in it changes. */
  opened(person: HomeOwner): Promise<void>
  /** Refreshes the page after an action, if it was opened recently. */
  touched(user: string): Promise<void>
  /**
   * Checks whether a person is still a member; if not, clears the page, because Slack keeps it until the next
   * one.
   */
  shutOut(user: string): Promise<void>
  stop(): void
}

interface HomePublisherDeps extends AuthorizeDeps {
  readonly client: WebClient
  readonly channels: Channels
  /** Runs work in the background and logs its failure. */
  readonly inBackground: (work: () => Promise<void>) => void
}

/** Slack asks for at most four a minute. */
const REFRESH_MS = 15_000
/** How long a page counts as open: Slack does not report when a person leaves. */
const OPEN_MS = 5 * 60_000
const MAX_OPEN = 1_000
const PUBLISH_WITHIN_MS = 10_000

export function createHomePublisher(deps: HomePublisherDeps): HomePublisher {
  const { client, sender, members: memberStore, channels: memberChannels, commandDeps, inBackground } = deps
  /** Open pages: since when, and the next refresh. */
  const open = new Map<string, { readonly at: number; timer?: NodeJS.Timeout }>()

  async function describe(user: string): Promise<Home> {
    return await describeHome(
      { user, now: new Date(), channels: await memberChannels.sharedWith(user) },
      commandDeps,
    )
  }

  async function show(user: string, reply: Reply): Promise<void> {
    await sender.send(
      reply,
      ({ blocks }) =>
        repeatCall(() => client.views.publish({ user_id: user, view: { type: 'home', blocks } }), {
          withinMs: PUBLISH_WITHIN_MS,
        }),
      { surface: 'view' },
    )
  }

  /** @returns true if the person is no member; the page then states this */
  async function refuse(user: string): Promise<boolean> {
    if (await memberStore.isMember(user)) return false
    forget(user)
    await show(user, describeNotForGuests())
    return true
  }

  /** Publishes the page with current data. */
  async function refresh(user: string): Promise<void> {
    if (await refuse(user)) return
    const { reply, isMoving } = await describe(user)
    await show(user, reply)
    refreshLater(user, isMoving)
  }

  function refreshLater(user: string, isMoving: boolean): void {
    const entry = open.get(user)
    if (!entry) return
    clearTimeout(entry.timer)
    if (!isMoving || Date.now() - entry.at > OPEN_MS) return
    entry.timer = setTimeout(() => inBackground(() => refresh(user)), REFRESH_MS).unref()
  }

  function forget(user: string): void {
    clearTimeout(open.get(user)?.timer)
    open.delete(user)
  }

  return {
    async opened({ user, team }) {
      forget(user)
      const [oldest] = open.keys()
      if (open.size >= MAX_OPEN && oldest !== undefined) forget(oldest)
      let isMoving = false
      const visitor = { entry: 'home', name: 'home', team, user, channel: null } as const
      const reply = await authorize(visitor, deps, async () => {
        const home = await describe(user)
        isMoving = home.isMoving
        open.set(user, { at: Date.now() })
        return home.reply
      })
      await show(user, reply)
      refreshLater(user, isMoving)
    },
    async touched(user) {
      const entry = open.get(user)
      if (entry && Date.now() - entry.at <= OPEN_MS) await refresh(user)
    },
    async shutOut(user) {
      await refuse(user)
    },
    stop() {
      for (const user of [...open.keys()]) forget(user)
    },
  }
}
