import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import mongoose from 'mongoose'
import { afterAll } from 'vitest'
import { watchBotCommands } from './command-origin.ts'
import { createShapeRecorder, formatShapes } from './command-shapes.ts'

/**
 * With `RECORD_SHAPES`, the name of a folder, each test process keeps one command of each shape that the bot's
 * code sends, and none that a test sends itself: for `check-shapes.ts` and `explain-shapes.ts`.
 */
const folder = process.env.RECORD_SHAPES ?? ''
const IS_WATCHED = Symbol.for('sent commands are recorded')

if (folder !== '') record(resolve(folder))

function record(path: string): void {
  const recorder: ReturnType<typeof createShapeRecorder> =
    Reflect.get(mongoose, IS_WATCHED) ?? watchConnections()
  // A worker may be ended without notice, so each test file saves what there is.
  afterAll(() => {
    mkdirSync(path, { recursive: true })
    writeFileSync(join(path, `${process.pid}.json`), formatShapes(recorder.list()))
  })
}

/** Once per process, because test files share it. */
function watchConnections(): ReturnType<typeof createShapeRecorder> {
  const recorder = createShapeRecorder()
  const open = mongoose.createConnection.bind(mongoose)
  Reflect.set(mongoose, IS_WATCHED, recorder)
  Reflect.set(mongoose, 'createConnection', (uri?: string, options?: object) => {
    if (uri === undefined) return open()
    const connection = open(uri, { ...options, monitorCommands: true })
    watchBotCommands(connection, recorder.record)
    return connection
  })
  return recorder
}
