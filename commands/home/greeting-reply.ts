import type { Reply, ReplyPart } from '../reply/index.ts'

export const EXAMPLE_NAME = 'example-customers.csv'

/**
 * A person can share it to see a receipt, and undo it. The numbers are reserved for fiction in the United
 * States and Australia, so no customer has them. They have country codes, so any team can use them.
 */
export const EXAMPLE_CSV = [
  'Phone,Name,City,Loan ID,Loan Amount,Due Date',
  '+1 202-555-0143,Asha Rao,Pune,LN-1001,120000,15/01/2027',
  '+61 491 570 006,Ravi Iyer,Chennai,LN-1002,"45,000.50",20/01/2027',
  '',
].join('\r\n')

/** The message in a channel that the operator did not allow. */
export function describeNotChosen(): ReplyPart[] {
  return [
    { kind: 'headline', text: 'I do not work in this channel: I import nothing here and answer nothing.' },
    {
      kind: 'text',
      text: [
        'Ask the person who runs the bot to add this channel to the setting ',
        { code: 'CHANNELS' },
        ', or use one of its channels.',
      ],
    },
  ]
}

/** The message after the bot's first invitation to a channel: three lines and an example. */
export function describeGreeting(): Reply {
  return {
    visibility: 'channel',
    parts: [
      {
        kind: 'text',
        text: 'I keep your customer list up to date. Share a CSV file or an Excel workbook here, and I add or update each customer by phone number.',
      },
      {
        kind: 'text',
        text: 'I post a receipt in the thread, with the rows to correct. Every file can be undone.',
      },
      {
        kind: 'text',
        text: [
          'To find a customer, type ',
          { code: '/customer' },
          ' and a phone, its last digits, a name or a city. To see files, type ',
          { code: '/uploads today' },
          '. To try it, share the example file below here, then press Undo under its receipt.',
        ],
      },
    ],
  }
}
