import { crc32, deflateRawSync } from 'node:zlib'

/** One entry of an archive, with false statements about it where needed. */
export interface ZipEntry {
  readonly name: string
  readonly content: string | Buffer
  /** 0 stored, 8 deflated; any other is stored under that number. */
  readonly method?: number
  readonly isEncrypted?: boolean
  readonly stated?: { readonly size?: number; readonly packedSize?: number; readonly crc?: number }
  /** The entry shares the bytes of the entry before it. */
  readonly sharesBytes?: boolean
}

export interface BuildZipOptions {
  /** Sizes follow the data, as streaming programs write them. */
  readonly descriptors?: boolean
}

const UTF8_NAMES = 0x800
const DESCRIPTOR = 0x8
const ENCRYPTED = 0x1

/** An archive in memory, with true or false statements. */
export function buildZip(
  entries: readonly ZipEntry[],
  { descriptors = false }: BuildZipOptions = {},
): Buffer {
  const pieces: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  let shared = 0
  for (const entry of entries) {
    const { method = 8, isEncrypted = false, stated = {} } = entry
    const bytes = Buffer.from(entry.content as Buffer)
    const packed = method === 8 ? deflateRawSync(bytes, { level: 1 }) : bytes
    const name = Buffer.from(entry.name)
    const flags = UTF8_NAMES | (descriptors ? DESCRIPTOR : 0) | (isEncrypted ? ENCRYPTED : 0)
    const crc = stated.crc ?? crc32(bytes)
    const packedSize = stated.packedSize ?? packed.length
    const size = stated.size ?? bytes.length
    const offset = entry.sharesBytes ? shared : at
    const written = { flags, method, crc, packedSize, size, name }
    if (!entry.sharesBytes) {
      shared = at
      const local = descriptors ? { ...written, crc: 0, packedSize: 0, size: 0 } : written
      const all = [localHeader(local), packed, ...(descriptors ? [descriptor(written)] : [])]
      pieces.push(...all)
      at += all.reduce((sum, { length }) => sum + length, 0)
    }
    directory.push(centralHeader(written, offset))
  }
  const central = Buffer.concat(directory)
  return Buffer.concat([...pieces, central, endOfDirectory(entries.length, central.length, at)])
}

interface Written {
  readonly flags: number
  readonly method: number
  readonly crc: number
  readonly packedSize: number
  readonly size: number
  readonly name: Buffer
}

function localHeader({ flags, method, crc, packedSize, size, name }: Written): Buffer {
  const header = Buffer.alloc(30)
  header.writeUInt32LE(0x04034b50, 0)
  header.writeUInt16LE(20, 4)
  header.writeUInt16LE(flags, 6)
  header.writeUInt16LE(method, 8)
  header.writeUInt32LE(crc, 14)
  header.writeUInt32LE(packedSize, 18)
  header.writeUInt32LE(size, 22)
  header.writeUInt16LE(name.length, 26)
  return Buffer.concat([header, name])
}

function descriptor({ crc, packedSize, size }: Written): Buffer {
  const bytes = Buffer.alloc(16)
  bytes.writeUInt32LE(0x08074b50, 0)
  bytes.writeUInt32LE(crc, 4)
  bytes.writeUInt32LE(packedSize, 8)
  bytes.writeUInt32LE(size, 12)
  return bytes
}

function centralHeader({ flags, method, crc, packedSize, size, name }: Written, offset: number): Buffer {
  const header = Buffer.alloc(46)
  header.writeUInt32LE(0x02014b50, 0)
  header.writeUInt16LE(20, 4)
  header.writeUInt16LE(20, 6)
  header.writeUInt16LE(flags, 8)
  header.writeUInt16LE(method, 10)
  header.writeUInt32LE(crc, 16)
  header.writeUInt32LE(packedSize, 20)
  header.writeUInt32LE(size, 24)
  header.writeUInt16LE(name.length, 28)
  header.writeUInt32LE(offset, 42)
  return Buffer.concat([header, name])
}

function endOfDirectory(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(count, 8)
  end.writeUInt16LE(count, 10)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(offset, 16)
  return end
}
