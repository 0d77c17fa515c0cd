import type { WebClient } from '@slack/web-api'
import { AppError } from '../../errors.ts'
import { repeatCall } from '../transport/index.ts'

/** Who the bot is, as Slack says. */
export interface Identity {
  readonly botUserId: string
  readonly botId: string | undefined
  readonly teamId: string | undefined
  readonly enterpriseId: string | undefined
  /** Where the workspace is in a browser, such as `https://acme.slack.com/`. */
  readonly url: string | undefined
}

/** Milliseconds in which Slack has to say who we are. */
const IDENTIFY_WITHIN_MS = 60_000

/** @throws AppError slack_refused, slack_unavailable */
export async function identify(client: WebClient): Promise<Identity> {
  const answer = await repeatCall(() => client.auth.test(), {
    withinMs: IDENTIFY_WITHIN_MS,
    firstPauseMs: 1_000,
  })
  if (answer.user_id === undefined) throw new AppError('slack_unavailable')
  return {
    botUserId: answer.user_id,
    botId: answer.bot_id,
    teamId: answer.team_id,
    enterpriseId: answer.enterprise_id,
    url: answer.url,
  }
}
