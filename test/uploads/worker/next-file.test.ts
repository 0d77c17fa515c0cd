import { mongo } from 'mongoose'
import { describe, expect, it, vi } from 'vitest'
import type { FileUpload } from '../../../models/index.ts'
import { AppError } from '../../../src/errors.ts'
import type { FetchedFile, FileSource } from '../../../src/uploads/lease/ports.ts'
import { createNextFile } from '../../../src/uploads/worker/next-file.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const running = new AbortController().signal

function anUpload(kind: FileUpload['kind'] = 'import'): FileUpload {
  const source = { kind: 'slack', team: 'T1', channel: 'C1', user: 'U1', file_id: 'F1' }
  return { _id: new mongo.ObjectId(), number: 1, kind, source } as FileUpload
}

function aNextFile(fetch: NonNullable<FileSource['fetch']>, canOpen = true) {
  const stopping = new AbortController()
  const open: FileSource['open'] = async () => 'not_for_us'
  const slack = { canOpen: () => canOpen, open, fetch: vi.fn(fetch) }
  const nextFile = createNextFile({
    sources: { slack },
    log: silent,
    freshMs: 5_000,
    signal: stopping.signal,
  })
  return { nextFile, fetch: slack.fetch, stopping }
}

const FILE: FetchedFile = { bytes: 7 }
const never = (_: FileUpload, signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new AppError('stopping')), { once: true })
  })

describe('the file of the upload that runs next', () => {
  it('is handed to the run of that upload, once', async () => {
    const { nextFile, fetch } = aNextFile(async () => FILE)
    const upload = anUpload()

    nextFile.fetch(upload)
    nextFile.fetch(upload)

    expect(await nextFile.take(upload, running)).toBe(FILE)
    // A second try of the run looks for itself.
    expect(await nextFile.take(upload, running)).toBeUndefined()
    expect(fetch).toHaveBeenCalledTimes(1)
  })

  it('is forgotten if another upload runs, and its fetch ends', async () => {
    const { nextFile, fetch } = aNextFile(never)
    const [fetched, other] = [anUpload(), anUpload()]

    nextFile.fetch(fetched)

    expect(await nextFile.take(other, running)).toBeUndefined()
    expect(fetch.mock.calls[0]?.[1].aborted).toBe(true)
    expect(await nextFile.take(fetched, running)).toBeUndefined()
  })

  it('is forgotten if another one is fetched instead', async () => {
    const { nextFile, fetch } = aNextFile(never)
    nextFile.fetch(anUpload())
    nextFile.fetch(anUpload())

    expect(fetch.mock.calls.map(([, signal]) => signal.aborted)).toEqual([true, false])
  })

  it('is looked up by its run if it could not be fetched', async () => {
    const { nextFile } = aNextFile(async () => {
      throw new AppError('slack_unavailable')
    })
    const upload = anUpload()
    nextFile.fetch(upload)

    expect(await nextFile.take(upload, running)).toBeUndefined()
  })

  it('is not used if it was fetched long ago: a person may have deleted it', async () => {
    const clock = vi.spyOn(performance, 'now')
    clock.mockReturnValue(0)
    const { nextFile } = aNextFile(async () => FILE)
    const upload = anUpload()
    nextFile.fetch(upload)
    clock.mockReturnValue(5_000)
    try {
      expect(await nextFile.take(upload, running)).toBeUndefined()
    } finally {
      clock.mockRestore()
    }
  })

  it('is forgotten if no run takes it while it is fresh, and its fetch ends', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    try {
      const { nextFile, fetch } = aNextFile(never)
      nextFile.fetch(anUpload())
      vi.advanceTimersByTime(5_000)

      expect(fetch.mock.calls[0]?.[1].aborted).toBe(true)
    } finally {
      vi.useRealTimers()
    }
  })

  it('is still handed over at the last moment', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    try {
      const { nextFile } = aNextFile(async () => FILE)
      const upload = anUpload()
      nextFile.fetch(upload)
      vi.advanceTimersByTime(4_999)
      const taken = nextFile.take(upload, running)
      vi.advanceTimersByTime(5_000)

      expect(await taken).toBe(FILE)
    } finally {
      vi.useRealTimers()
    }
  })

  it('is not waited for by a run that has stopped before', async () => {
    const { nextFile } = aNextFile(never)
    const upload = anUpload()
    nextFile.fetch(upload)

    expect(await nextFile.take(upload, AbortSignal.abort(new AppError('cancelled')))).toBeUndefined()
  })

  it.each(['run', 'process'] as const)('is not waited for when its %s stops', async (what) => {
    const { nextFile, stopping } = aNextFile(never)
    const upload = anUpload()
    const run = new AbortController()
    nextFile.fetch(upload)
    const taken = nextFile.take(upload, run.signal)

    if (what === 'run') run.abort(new AppError('cancelled'))
    else stopping.abort(new AppError('stopping'))

    expect(await taken).toBeUndefined()
  })

  it.each<[string, FileUpload, boolean]>([
    ['an undo', anUpload('undo'), true],
    ['a file this process cannot read', anUpload(), false],
  ])('is not fetched for %s', (_, upload, canOpen) => {
    const { nextFile, fetch } = aNextFile(async () => FILE, canOpen)
    nextFile.fetch(upload)

    expect(fetch).not.toHaveBeenCalled()
  })
})
