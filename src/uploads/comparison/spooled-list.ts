import { Buffer } from 'node:buffer'
import { readSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createPhoneTable, type PhoneTable } from './phone-table.ts'

/** One row of a list: the values of one phone, as bytes of BSON. */
export interface ListRow {
  readonly phone: string
  readonly line: number
  readonly values: Uint8Array
}

/** All rows of one phone in a list, in line order. */
export type ListedRows = readonly [ListRow, ...ListRow[]]

/** A list on disk. Memory holds the file position of each phone's rows: some 30 MB for a million phones. */
export interface SpooledList {
  /** The rows of a phone; undefined if the list does not have it. */
  find(phone: string): ListedRows | undefined
  /** Marks a phone if the list has it. */
  mark(phone: string): void
  /** Yields the rows of each phone without a mark once, in the order of their first lines. */
  unmarked(): AsyncGenerator<ListedRows>
  close(): Promise<void>
}

/**
 * A record: phone, start of the phone's previous record (0 for none), line, byte length of the values,
 * values. Each record starts at a multiple of `UNIT`, so four bytes address a file of 32 GB.
 */
const UNIT = 8
const BEFORE_AT = 8
const LINE_AT = 12
const LENGTH_AT = 16
const VALUES_AT = 20
/** No record starts at 0, which stands for none. */
const FIRST_UNIT = 1
/** Bytes per read. If both lists have the same order, the window contains the next records too. */
const WINDOW = 4_096
/** Records scanned before the event loop gets its turn. */
const RECORDS_PER_TURN = 200

/**
 * @param path of a file that only this process can read; the caller removes it
 * @param expected approximate number of phones
 */
export async function spoolList(
  path: string,
  expected: number,
  pages: AsyncIterable<readonly ListRow[]>,
): Promise<SpooledList> {
  const phones = createPhoneTable(expected)
  const file = await open(path, 'wx+', 0o600)
  try {
    const end = await writeRecords(file, pages, phones)
    return openSpooled(file, end, phones)
  } catch (error) {
    await file.close()
    throw error
  }
}

/** @returns the unit after the last record */
async function writeRecords(
  file: FileHandle,
  pages: AsyncIterable<readonly ListRow[]>,
  phones: PhoneTable,
): Promise<number> {
  let unit = FIRST_UNIT
  for await (const page of pages) {
    const begin = unit
    const records = page.map((row) => {
      const record = encodeRecord(row, phones.set(row.phone, unit) ?? 0)
      unit += record.length / UNIT
      return record
    })
    const bytes = Buffer.concat(records)
    for (let done = 0; done < bytes.length; )
      done += (await file.write(bytes, done, bytes.length - done, begin * UNIT + done)).bytesWritten
  }
  return unit
}

function encodeRecord({ phone, line, values }: ListRow, before: number): Buffer {
  const record = Buffer.alloc(Math.ceil((VALUES_AT + values.length) / UNIT) * UNIT)
  record.writeDoubleLE(Number(phone.slice(1)))
  record.writeUInt32LE(before, BEFORE_AT)
  record.writeUInt32LE(line, LINE_AT)
  record.writeUInt32LE(values.length, LENGTH_AT)
  record.set(values, VALUES_AT)
  return record
}

function openSpooled(file: FileHandle, end: number, phones: PhoneTable): SpooledList {
  const read = createRecordReader(file.fd)

  function rowsAt(unit: number): ListedRows {
    const last = read(unit)
    const rows: [ListRow, ...ListRow[]] = [last.row]
    for (let { before } = last; before > 0; ) {
      const earlier = read(before)
      rows.push(earlier.row)
      before = earlier.before
    }
    rows.reverse()
    return rows
  }

  return {
    find(phone) {
      const unit = phones.get(phone)
      return unit === undefined ? undefined : rowsAt(unit)
    },
    mark: (phone) => phones.mark(phone),
    async *unmarked() {
      let records = 0
      for (let unit = FIRST_UNIT; unit < end; ) {
        if (++records % RECORDS_PER_TURN === 0) await nextTurn()
        const { row, before, next } = read(unit)
        unit = next
        const last = phones.get(row.phone)
        if (before === 0 && last !== undefined && !phones.isMarked(row.phone)) yield rowsAt(last)
      }
    },
    close: () => file.close(),
  }
}

interface SpooledRecord {
  readonly row: ListRow
  readonly before: number
  readonly next: number
}

/**
 * Reads records by their start. Synchronous: the file cache answers in microseconds, and the thread pool
 * takes ten times as long.
 */
function createRecordReader(fd: number): (unit: number) => SpooledRecord {
  let window = Buffer.alloc(0)
  let windowAt = 0

  /** Available bytes; fewer at the end of the file. */
  function view(at: number, length: number): Buffer {
    if (at < windowAt || at + length > windowAt + window.length) {
      // Each window has new bytes, so that returned rows stay valid.
      const bytes = Buffer.allocUnsafe(Math.max(WINDOW, length))
      let filled = 0
      for (let read = -1; read !== 0 && filled < bytes.length; filled += read)
        read = readSync(fd, bytes, filled, bytes.length - filled, at + filled)
      if (filled < length) throw new Error('The temporary file of a comparison was cut off.')
      window = bytes.subarray(0, filled)
      windowAt = at
    }
    return window.subarray(at - windowAt, at - windowAt + length)
  }

  return (unit) => {
    const at = unit * UNIT
    const head = view(at, VALUES_AT)
    const length = head.readUInt32LE(LENGTH_AT)
    return {
      row: {
        phone: `+${head.readDoubleLE()}`,
        line: head.readUInt32LE(LINE_AT),
        values: view(at + VALUES_AT, length),
      },
      before: head.readUInt32LE(BEFORE_AT),
      next: unit + Math.ceil((VALUES_AT + length) / UNIT),
    }
  }
}
