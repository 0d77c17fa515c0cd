import { WebClient } from '@slack/web-api'
import mongoose from 'mongoose'
import { createModels } from '../../models/index.ts'
import { createFileDeleter } from '../../src/slack/files/delete-slack-files.ts'
import { removeOldValues } from '../../src/uploads/retention/remove-old-values.ts'

// The job a bot does at night, as a process of its own, which can be killed at any hour. In small batches and with a
// short claim, so that it is killed between two of them and gone on with soon.
const { MONGODB_URI = '', RETENTION_DAYS, SLACK_BOT_TOKEN, SLACK_API_URL = '' } = process.env

const connection = await mongoose.createConnection(MONGODB_URI, { autoIndex: false }).asPromise()
try {
  await removeOldValues(
    {
      models: createModels(connection),
      days: Number(RETENTION_DAYS),
      log: { info() {} },
      deleteFile: createFileDeleter(new WebClient(SLACK_BOT_TOKEN, { slackApiUrl: SLACK_API_URL })),
      claimMs: 3_000,
      batchSize: 20,
    },
    new Date(),
  )
} finally {
  await connection.close()
}
