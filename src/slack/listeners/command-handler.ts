import type { SlashCommand } from '@slack/bolt'
import type { CommandDefinition } from '../../../commands/index.ts'
import { authorize } from '../access/index.ts'
import { createResponder, type Respond, type ResponderDeps } from '../answers/index.ts'
import { type AskDeps, askInWindow } from '../windows/index.ts'

/** Runs a command and replies through its response_url. */
export async function answerCommand(
  definition: CommandDefinition,
  command: SlashCommand,
  respond: Respond,
  deps: ResponderDeps & AskDeps,
): Promise<void> {
  const { log } = deps
  const started = Date.now()
  const responder = createResponder(respond, command.user_id, deps)
  const { channel_id: channel, user_id: user } = command
  const team = deps.teamId()
  const visitor = { entry: 'command', name: definition.name, team, channel, user } as const
  const ask = askInWindow({ user, channel, trigger: command.trigger_id }, deps)
  const reply = await authorize(visitor, deps, (channels) =>
    definition.run(
      {
        text: unescapeText(command.text ?? ''),
        team,
        channel,
        user,
        channels,
        now: new Date(),
        post: responder.post,
        openWindow: ask.openWindow,
      },
      deps.commandDeps,
    ),
  )
  try {
    if (!(await ask.show(reply))) await responder.answer(reply)
    log.info({ command: definition.name, ms: Date.now() - started }, 'command answered')
  } catch (error) {
    log.error({ command: definition.name, err: error }, 'command not answered')
  }
}

/** Slack escapes these three characters in texts with mentions like `<@U123|name>`. */
export function unescapeText(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
