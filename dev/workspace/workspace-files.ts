import type { EmulatedSlack } from '../slack/index.ts'
import type { SharedFile, ShareOptions, Workspace } from './workspace-contract.ts'

export const decode = (bytes: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)

/** Uploads files for people, and reads files as the bot does. */
export function createWorkspaceFiles(
  slack: EmulatedSlack,
): Pick<Workspace, 'upload' | 'readFile' | 'readBytes'> {
  async function readBytes(id: string): Promise<Buffer | undefined> {
    const found = await slack
      .callAs<{ file: { url_private_download: string } }>(slack.host, 'files.info', { file: id })
      .catch(() => undefined)
    if (!found) return undefined
    const download = await fetch(found.file.url_private_download, {
      headers: { authorization: `Bearer ${slack.botToken}`, connection: 'close' },
    })
    return Buffer.from(await download.arrayBuffer())
  }

  return {
    async upload(person, file) {
      const { upload_url, file_id } = await startUpload(slack, person, file)
      await slack.upload(upload_url, file.bytes)
      await slack.callAs(person, 'files.completeUploadExternal', {
        files: [{ id: file_id, title: file.name }],
      })
      slack.giveFile(person, file_id)
      return file_id
    },

    async readFile(id) {
      const bytes = await readBytes(id)
      return bytes && decode(bytes)
    },

    readBytes,
  }
}

const startUpload = (slack: EmulatedSlack, person: string, { name, bytes }: SharedFile) =>
  slack.callAs<{ upload_url: string; file_id: string }>(person, 'files.getUploadURLExternal', {
    filename: name,
    length: bytes.byteLength,
  })

/** Uploads a file and shares it in a channel. */
export async function uploadFile(
  slack: EmulatedSlack,
  person: string,
  channel: string,
  file: SharedFile,
  options: ShareOptions,
  onNamed: (fileId: string) => void,
): Promise<{ fileId: string; ts: string }> {
  const { upload_url, file_id } = await startUpload(slack, person, file)
  onNamed(file_id)
  await slack.upload(upload_url, file.bytes)
  await slack.callAs(person, 'files.completeUploadExternal', {
    files: [{ id: file_id, title: file.name }],
    channel_id: channel,
    ...(options.comment !== undefined && { initial_comment: options.comment }),
    ...(options.thread !== undefined && { thread_ts: options.thread }),
  })
  const { file: info } = await slack.callAs<{
    file: { shares: Record<string, Record<string, { ts: string }[]>> }
  }>(person, 'files.info', { file: file_id })
  const ts = Object.values(info.shares)
    .flatMap((byChannel) => byChannel[channel] ?? [])
    .at(-1)?.ts
  if (ts === undefined) throw new Error('the emulator did not share the file')
  return { fileId: file_id, ts }
}
