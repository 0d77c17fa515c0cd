/**
 * A working form of a request. Tests compare the pages and the help with this table, and the table with the
 * parser.
 */
interface Form {
  readonly command: '/customer' | '/uploads'
  /** As typed after the command. */
  readonly example: string
  /** The reply, completing "It shows …". */
  readonly shows: string
  /** The parser's kind of request; for `/uploads` the subcommand. */
  readonly means: string
  /** Part of the short help. */
  readonly isShort?: true
  /** For admins only. */
  readonly isForAdmins?: true
}

export const FORMS: readonly Form[] = [
  {
    command: '/customer',
    example: '07417119014',
    shows: 'one customer, by any phone of theirs',
    means: 'lookup',
    isShort: true,
  },
  {
    command: '/customer',
    example: 'kushal sharma',
    shows: 'customers by name; the beginning of each word is enough',
    means: 'lookup',
  },
  {
    command: '/customer',
    example: 'kushal sharma pune',
    shows: 'customers by name, by city or state, or by both; the beginning of each word is enough',
    means: 'lookup',
    isShort: true,
  },
  {
    command: '/customer',
    example: 'sharma in pune',
    shows: 'the same, where a city could be a name',
    means: 'lookup',
  },
  { command: '/customer', example: 'pune', shows: 'customers of a city or a state', means: 'lookup' },
  {
    command: '/customer',
    example: 'puen',
    shows: 'customers of a city or a state with a similar name, with a note',
    means: 'lookup',
  },
  {
    command: '/customer',
    example: '19014',
    shows: 'customers whose phone ends so; type the last 4 to 9 digits',
    means: 'lookup',
    isShort: true,
  },
  {
    command: '/customer',
    example: '74171 19014 kushal',
    shows: 'one customer by phone, and whether the name fits',
    means: 'lookup',
  },
  {
    command: '/customer',
    example: '19014 kushal',
    shows: 'customers by the last digits and a name',
    means: 'lookup',
  },
  { command: '/customer', example: '*7417119014*', shows: 'the same as without the stars', means: 'lookup' },
  { command: '/customer', example: '74171*', shows: 'customers whose phone begins so', means: 'lookup' },
  { command: '/customer', example: 'kushal@example.com', shows: 'one customer, by e-mail', means: 'lookup' },
  {
    command: '/customer',
    example: '@example.com',
    shows: 'customers with an e-mail address there',
    means: 'lookup',
  },
  {
    command: '/customer',
    example: 'SL-1001',
    shows: 'one customer, by loan ID',
    means: 'lookup',
    isShort: true,
  },
  {
    command: '/customer',
    example: 'kushl sharna',
    shows: 'customers with a similar name, with a note',
    means: 'lookup',
  },
  {
    command: '/customer',
    example: '741711901',
    shows: 'customers whose phone has one digit more or less, with a note',
    means: 'lookup',
  },
  {
    command: '/customer',
    example: '07417119014, 9000000101',
    shows: 'up to 10 customers at once',
    means: 'several',
    isShort: true,
  },
  {
    command: '/customer',
    example: 'history 07417119014',
    shows: 'what changed, newest first, and who changed it; also `who changed 07417119014`',
    means: 'history',
    isShort: true,
  },
  {
    command: '/customer',
    example: '07417119014 on 15 Jan',
    shows: 'the customer on that day; `yesterday` and `last friday` also work',
    means: 'on_day',
    isShort: true,
  },
  {
    command: '/customer',
    example: 'forget 07417119014',
    shows: 'what erasing a person would do, and asks',
    means: 'forget',
    isShort: true,
    isForAdmins: true,
  },
  {
    command: '/uploads',
    example: 'recent',
    shows: 'the latest files, who shared them and their results; also `recent 25`',
    means: 'recent',
    isShort: true,
  },
  {
    command: '/uploads',
    example: 'today',
    shows: 'the files of a day; also `yesterday`, `monday`, `15 Jan`',
    means: 'recent',
    isShort: true,
  },
  {
    command: '/uploads',
    example: 'last week',
    shows: 'the files from Monday to Sunday of the week before; also `this week`, `last month`',
    means: 'recent',
  },
  {
    command: '/uploads',
    example: 'last 7 days',
    shows: 'the files of the last days, with today',
    means: 'recent',
  },
  {
    command: '/uploads',
    example: 'since monday',
    shows: 'the files since a day; also `from 1 Jan to 15 Jan`',
    means: 'recent',
  },
  {
    command: '/uploads',
    example: 'by ravi',
    shows: 'the files of one or more people; also `@ravi`, `me` and `by ravi, asha`',
    means: 'recent',
    isShort: true,
  },
  { command: '/uploads', example: 'failed this week', shows: 'the files that failed', means: 'recent' },
  {
    command: '/uploads',
    example: 'pending',
    shows: 'the files that are waiting, being imported or waiting for a decision',
    means: 'recent',
  },
  {
    command: '/uploads',
    example: 'who uploaded today',
    shows: 'the people who shared files, and what came of them',
    means: 'who',
    isShort: true,
  },
  {
    command: '/uploads',
    example: 'show 42',
    shows: 'the receipt of one file, and what it changed; `last` is the latest',
    means: 'show',
    isShort: true,
  },
  { command: '/uploads', example: 'show day-1', shows: 'the same, by the name of the file', means: 'show' },
  {
    command: '/uploads',
    example: 'compare 42',
    shows: 'a file beside the last one with the same headings',
    means: 'compare',
    isShort: true,
  },
  {
    command: '/uploads',
    example: 'compare 42 41',
    shows: 'two files compared: new, missing and changed customers; also `as xlsx`',
    means: 'compare',
  },
  {
    command: '/uploads',
    example: 'digest',
    shows: 'the summary of today; also `digest yesterday`',
    means: 'digest',
    isShort: true,
  },
  { command: '/uploads', example: 'digest last week', shows: 'the summary of a week', means: 'digest' },
  {
    command: '/uploads',
    example: 'count',
    shows: 'how many customers there are',
    means: 'count',
    isShort: true,
  },
  {
    command: '/uploads',
    example: 'count by city',
    shows: 'how many there are in each city, with a chart; any field works',
    means: 'count',
  },
  {
    command: '/uploads',
    example: 'count without e-mail',
    shows: 'how many have nothing in a field; also `with loan id`',
    means: 'count',
  },
  {
    command: '/uploads',
    example: 'count with e-mail or loan id',
    shows: 'how many have one of them; `or` works between two conditions',
    means: 'count',
  },
  {
    command: '/uploads',
    example: 'count not refreshed for 30 days',
    shows: 'how many are in no file since then',
    means: 'count',
  },
  {
    command: '/uploads',
    example: 'count due this week',
    shows: 'how many are due; also `overdue`, `due before friday`',
    means: 'count',
  },
  {
    command: '/uploads',
    example: 'count loan amount over 50000',
    shows: 'how many have an amount over, under or between some; `5 lakh` and `50k` also work',
    means: 'count',
  },
  {
    command: '/uploads',
    example: 'count total loan amount by city',
    shows: 'an amount added up, and its average; also `how much is due in pune`',
    means: 'count',
  },
  {
    command: '/uploads',
    example: 'count pin code 411001',
    shows: 'how many have this value; also `company acme`, `gender female`',
    means: 'count',
  },
  {
    command: '/uploads',
    example: 'count added this week',
    shows: 'how many were uploaded for the first time then; also `changed yesterday`',
    means: 'count',
  },
  {
    command: '/uploads',
    example: 'export',
    shows: 'all customers, as a CSV file for you only; also `export as xlsx`',
    means: 'export',
    isShort: true,
    isForAdmins: true,
  },
  {
    command: '/uploads',
    example: 'export since monday',
    shows: 'the customers that changed since a day',
    means: 'export',
    isForAdmins: true,
  },
  {
    command: '/uploads',
    example: 'export pune',
    shows: 'the customers of a filter, after a question; all filters of `count` work',
    means: 'export',
    isForAdmins: true,
  },
  {
    command: '/uploads',
    example: 'export #42',
    shows: 'the customers of one file, after a question',
    means: 'export',
    isForAdmins: true,
  },
  {
    command: '/uploads',
    example: 'export due before friday',
    shows: 'the customers that are due, after a question',
    means: 'export',
    isForAdmins: true,
  },
  {
    command: '/uploads',
    example: 'mapping',
    shows: 'the phone columns and sheets people chose, and how to correct them',
    means: 'mapping',
    isShort: true,
  },
  {
    command: '/uploads',
    example: 'preview',
    shows: 'what the next file you share would do, before it is imported; `preview 42` for an earlier file',
    means: 'preview',
    isShort: true,
  },
  {
    command: '/uploads',
    example: 'undo 42',
    shows: 'what undoing a file would do, and asks',
    means: 'undo',
    isShort: true,
  },
  {
    command: '/uploads',
    example: 'undo last',
    shows: 'the same for your latest file that changed something',
    means: 'undo',
  },
]
