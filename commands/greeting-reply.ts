import type { Reply } from './reply.ts'

export const EXAMPLE_NAME = 'example-customers.csv'

/** Nobody's numbers; whoever shares it sees what a receipt looks like, and can undo it. */
export const EXAMPLE_CSV = [
  'Phone,Name,City,Loan ID,Loan Amount,Due Date',
  '98765 43210,Asha Rao,Pune,LN-1001,120000,15/01/2027',
  '+91 98765-43211,Ravi Iyer,Chennai,LN-1002,"45,000.50",20/01/2027',
  '',
].join('\r\n')

/** What a channel is told when the bot is invited there for the first time: three lines and an example. */
export function describeGreeting(): Reply {
  return {
    visibility: 'channel',
    parts: [
      {
        kind: 'text',
        text: 'I keep the customer list right: share a CSV file here, and every row is added or updated by its phone number.',
      },
      {
        kind: 'text',
        text: 'You get a receipt in the thread, and the rows that need correcting; every file can be taken back.',
      },
      {
        kind: 'text',
        text: [
          'Look somebody up with ',
          { code: '/customer 07417119014' },
          ', see all files with ',
          { code: '/uploads recent' },
          '. Below is a file to start from.',
        ],
      },
    ],
  }
}
