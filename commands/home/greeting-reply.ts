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
        text: 'I keep the customer list right: share a CSV file or Excel workbook here, and every row is added or updated by its phone number.',
      },
      {
        kind: 'text',
        text: 'You get a receipt in the thread, and the rows that need correcting; every file can be taken back.',
      },
      {
        kind: 'text',
        text: [
          'Type ',
          { code: '/customer' },
          ' and a phone or a name to look somebody up, ',
          { code: '/uploads recent' },
          ' to see all files. Below is an example to try: share it here, and press Undo under its receipt afterwards.',
        ],
      },
    ],
  }
}
