import { type CommandDeps, plural, type Reply, toAsker, type Viewer } from '../reply/index.ts'

/** The reply to a person over the rate limit. @param what completes "I answer up to 60 … a minute" */
export function describeTooMany(max: number, what: string, seconds: number): Reply {
  return {
    ...toAsker(
      { kind: 'headline', text: `I do up to ${plural(max, what)} a minute for one person.` },
      { kind: 'text', text: `Ask again in ${plural(seconds, 'second')}.` },
    ),
    trace: { did: 'asked', isRefused: true, why: 'too_many' },
  }
}

/** Counts a preview of a person. @returns the reply if they had too many within a minute */
export async function refuseManyPreviews(
  { user }: Pick<Viewer, 'user'>,
  { rates }: Pick<CommandDeps, 'rates'>,
): Promise<Reply | undefined> {
  const seconds = await rates?.take(user, 'preview')
  if (rates === undefined || seconds === undefined) return undefined
  return describeTooMany(rates.limits.preview, 'preview', seconds)
}

/** Counts an extra question of a request. @returns the reply if the person had too many within a minute */
export async function refuseManyQuestions(
  { user }: Pick<Viewer, 'user'>,
  { rates }: Pick<CommandDeps, 'rates'>,
): Promise<Reply | undefined> {
  const seconds = await rates?.take(user, 'question')
  if (rates === undefined || seconds === undefined) return undefined
  return describeTooMany(rates.limits.question, 'question', seconds)
}
