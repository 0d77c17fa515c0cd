import type { Reply, ReplyPart } from '../reply/index.ts'

export const EXAMPLE_NAME = 'example-customers.csv'

/**
 * Whoever shares it sees what a receipt looks like, and can undo it. The numbers are kept for films in the United States and
 * in Australia: no customer has them. They are written as they are wherever the team is.
 */
export const EXAMPLE_CSV = [
  'Phone,Name,City,Loan ID,Loan Amount,Due Date',
  '+1 202-555-0143,Asha Rao,Pune,LN-1001,120000,15/01/2027',
  '+61 491 570 006,Ravi Iyer,Chennai,LN-1002,"45,000.50",20/01/2027',
  '',
].join('\r\n')

/** What is said in a channel that whoever runs the bot did not choose for it. */
export function describeNotChosen(): ReplyPart[] {
  return [
    { kind: 'headline', text: 'I do not work in this channel: I import nothing here and answer nothing.' },
    {
      kind: 'text',
      text: [
        'Ask whoever runs the bot to add this channel to the setting ',
        { code: 'CHANNELS' },
        ', or use one of its channels.',
      ],
    },
  ]
}

/** What a channel is told when the bot is invited there for the first time: three lines and an example. */
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
