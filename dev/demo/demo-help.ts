/** The help of the demo. */
export const HELP = [
  'share <file>        share a file in the channel, such as: share examples/day-1.csv',
  '/customer <phone>   look a customer up, such as: /customer 07417119014; /customer alone shows what else it can do',
  '/uploads recent     see the latest files and what they did; /uploads alone shows what else it can do',
  '@bot <question>     ask the bot in your own words, such as: @bot how many customers in pune; @bot customers due this month',
  'home                open the Home tab of the bot: what it shows this person',
  'lookup <text>       the shortcut "Look a customer up", such as: lookup sharma',
  'menu <item>         pick from the menu of the last file: menu Preview this file, menu Import this file',
  'invite <channel>    invite the bot to a channel it is not in, such as: invite gossip',
  'press <button>      press a button, or choose from a menu, of what was said, such as: press History',
  'pick <row>: <option>  pick from the menus of a row in the window: pick Town: City, Fill blanks only',
  'yesterday share …   the same as if it had been then; also: 3 days ago share …',
  'as <person>         be somebody else: asha, ravi or meera',
  'help                this list',
  'quit                the end',
]
