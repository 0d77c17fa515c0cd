import { WebClient } from '@slack/web-api'
import mongoose from 'mongoose'
import { createModels } from '../../models/index.ts'
import { createFileDeleter } from '../../src/slack/files/delete-slack-files.ts'
import { removeOldValues } from '../../src/uploads/retention/remove-old-values.ts'

// The nightly job as a separate process that can be killed. With small batches and a short claim, so that a
// kill falls between batches and the next process continues soon.
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
