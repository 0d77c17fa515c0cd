import mongoose from 'mongoose'
import { defaultCacheDir, startDatabaseServer } from '../../src/database/start-server.ts'
import { describeServer } from '../../src/server-facts.ts'

/**
 * Prints the database of this test run. Fails if it is not `EXPECT_ENGINE` (mongodb or documentdb), or its
 * version does not start with `EXPECT_VERSION`: a green run proves nothing for another engine.
 */
const { TEST_MONGODB_URI, EXPECT_ENGINE, EXPECT_VERSION = '' } = process.env
const server = await startDatabaseServer({
  dataDir: null,
  uri: TEST_MONGODB_URI,
  cacheDir: defaultCacheDir(process.env),
  log: (line) => console.error(line),
})
try {
  const connection = await mongoose.createConnection(server.uri).asPromise()
  const { engine, version, topology } = await describeServer(connection)
  await connection.close()
  console.log(`database: ${engine} ${version}, ${topology}`)
  if (EXPECT_ENGINE && engine !== EXPECT_ENGINE) {
    console.error(`expected ${EXPECT_ENGINE}`)
    process.exitCode = 1
  }
  if (!version.startsWith(EXPECT_VERSION)) {
    console.error(`expected version ${EXPECT_VERSION}`)
    process.exitCode = 1
  }
} finally {
  await server.stop()
}
