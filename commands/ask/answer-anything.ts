import { runCustomer } from '../customer/index.ts'
import { chooseCommand, FORMS } from '../forms/index.ts'
import { type CommandDeps, type CommandInput, type Reply, type Sentence, toAsker } from '../reply/index.ts'
import { runUploads } from '../uploads/index.ts'

/** Examples in the answer to `help`: of each command. */
const EXAMPLES = [
  '07417119014',
  'kushal sharma pune',
  'history 07417119014',
  'today',
  'show 42',
  'count by city',
]

/**
 * Answers a text as the command would that it is meant for: files and days are asked of `/uploads`, everybody else of
 * `/customer`. The rights, the limits and the audit are those of the command.
 *
 * @param input its `text` is what was written, without the mention of the bot
 * @throws AppError database_unavailable, database_failed
 */
export async function answerAnything(input: CommandInput, deps: CommandDeps): Promise<Reply> {
  const { command, text, otherwise } = chooseCommand(input.text, { ...deps, ...input })
  if (command === 'help') return explainAnything()
  if (command === '/customer') return await runCustomer({ ...input, text }, deps)
  const reply = await runUploads({ ...input, text }, deps)
  // No file is called so: then it is somebody's name.
  return otherwise && reply.trace === undefined && !hasMenu(reply)
    ? await runCustomer({ ...input, text: otherwise.text }, deps)
    : reply
}

const hasMenu = ({ parts }: Reply): boolean => parts.some(({ kind }) => kind === 'menu')

function explainAnything(): Reply {
  const items = FORMS.filter(({ example }) => EXAMPLES.includes(example)).map(
    ({ example, shows }): Sentence => [{ code: example }, `: ${shows.replaceAll('`', '')}`],
  )
  return toAsker(
    { kind: 'headline', text: 'Ask me about a customer or a file, in your own words.' },
    { kind: 'list', items },
    {
      kind: 'note',
      text: 'To import customers, share a CSV file or an Excel workbook in a channel with me.',
    },
  )
}
