import type { WebClient } from '@slack/web-api'
import { AppError } from '../../errors.ts'
import { repeatCall } from '../transport/index.ts'

/** The bot's identity from `auth.test`. */
export interface Identity {
  readonly botUserId: string
  readonly botId: string | undefined
  readonly teamId: string | undefined
  readonly enterpriseId: string | undefined
  /** The workspace's web address, such as `https://acme.slack.com/`. */
  readonly url: string | undefined
}

/** Milliseconds until Slack must have answered `auth.test`. */
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
