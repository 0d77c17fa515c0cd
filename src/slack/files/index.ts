/** Files in Slack: file info, download, upload, deletion, missed shares. Does not parse their content. */
export { createFileDeleter } from './delete-slack-files.ts'
export { createFailedRowsSender } from './failed-rows-sender.ts'
export {
  findShare,
  isOwnPost,
  isReported,
  listShares,
  readFileInfo,
  type SlackFile,
  threadOf,
} from './file-info.ts'
export { classifyFile, LIST_EXTENSIONS } from './file-kind.ts'
export { createPrivateFileSender } from './private-file-sender.ts'
export { type FileOnceDeps, sendFileOnce } from './send-file-once.ts'
export { createShareLister, type ShareLister } from './share-lister.ts'
export { createSlackFileSource } from './slack-file-source.ts'
export { isSlackUpload, type SlackUpload, type Upload } from './slack-upload.ts'
export { reserveFile, uploadBytes } from './upload-bytes.ts'
