import { fileURLToPath } from 'node:url'
import mongoose from 'mongoose'
import { createModels } from '../../models/index.ts'
import type { DemoChat, PlayOutcome } from './demo-chat.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const KUSHAL = '+917417119014'
const examplePath = (name: string): string =>
  fileURLToPath(new URL(`../../examples/${name}`, import.meta.url))

interface StoryDay {
  readonly title: string
  readonly person: string
  readonly file: string
  readonly commands: readonly string[]
}

const STORY: readonly StoryDay[] = [
  {
    title: 'The first day: the list is new',
    person: 'asha',
    file: 'day-1.csv',
    commands: ['/customer 07417119014'],
  },
  {
    title: 'The second day: Kushal has moved, and a misspelt name is corrected',
    person: 'ravi',
    file: 'day-2.csv',
    commands: ['/customer +91 74171-19014'],
  },
  {
    title: 'The third day: loans are paid off; empty cells erase nothing',
    person: 'meera',
    file: 'day-3.csv',
    commands: ['/customer 917417119014', '/uploads recent'],
  },
]

/** Plays three days in the channel, then shows the content of the database. */
export async function playStory(
  chat: DemoChat,
  print: (text: string) => void,
  mongodbUri: string,
): Promise<boolean> {
  const start = Date.now() - (STORY.length - 1) * DAY_MS - 60_000
  for (const [index, { title, person, file, commands }] of STORY.entries()) {
    print('')
    print(`── ${title} ──`)
    await chat.play(`as ${person}`)
    const sharedAt = new Date(start + index * DAY_MS)
    const outcomes: PlayOutcome[] = [await chat.play(`share ${examplePath(file)}`, { sharedAt })]
    for (const line of commands) outcomes.push(await chat.play(line))
    if (outcomes.some((outcome) => outcome !== 'done')) return false
  }
  print('')
  return await closeStory(print, mongodbUri, new Date(start))
}

/** Checks the database after the three days. */
async function closeStory(
  write: (text: string) => void,
  mongodbUri: string,
  firstDay: Date,
): Promise<boolean> {
  const connection = await mongoose
    .createConnection(mongodbUri, { autoIndex: false, autoCreate: false })
    .asPromise()
  try {
    const models = createModels(connection)
    const customers = await models.customers.collection.find({ primary_phone: KUSHAL }).toArray()
    const uploads = await models.fileUploads.collection.countDocuments({ status: 'done' })
    const rows = await models.uploadRows.collection.countDocuments({ phone: KUSHAL })
    const kept =
      customers[0]?.first_uploaded_at instanceof Date &&
      Math.abs(customers[0].first_uploaded_at.getTime() - firstDay.getTime()) < 1000
    write(
      `In the database: ${customers.length} customer with ${KUSHAL}, ${uploads} file_uploads, ${rows} upload_rows of that customer.`,
    )
    write(`first_uploaded_at is still the first day: ${kept ? 'yes' : 'no'}.`)
    return customers.length === 1 && uploads === STORY.length && rows === STORY.length && kept
  } finally {
    await connection.close()
  }
}
