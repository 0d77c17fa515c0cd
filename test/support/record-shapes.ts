import mongoose from 'mongoose'
import { describeServer } from '../../src/server-facts.ts'
import { createShapeRecorder } from './command-shapes.ts'
import { greetingLike, startWireServer, throughServer } from './wire-server.ts'

/**
 * A proxy between the bot and a server that keeps one command of each shape the bot sends (without the tests'
 * own): `tsx test/support/record-shapes.ts <uri of one server> <file>`. Prints its address; a signal ends it
 * and writes the file.
 */
const APP_NAME = 'customer-uploads'
const [, , target = '', path = ''] = process.argv
if (target === '' || path === '') throw new Error('Usage: record-shapes.ts <uri> <file>')

const connection = await mongoose.createConnection(target).asPromise()
const greeting = greetingLike(await describeServer(connection))
await connection.close()

const shapes = createShapeRecorder()
const server = await startWireServer({
  target,
  greeting,
  keeps: false,
  onCommand: (command, client) => {
    if (client === APP_NAME) shapes.record(command)
  },
})
console.log(throughServer(server, target))

async function end(): Promise<void> {
  await shapes.write(path)
  process.exit(0)
}
process.once('SIGINT', end)
process.once('SIGTERM', end)
