/**
 * What the bot posts: receipts and progress in threads, digests, the greeting, the App Home. commands/ has
 * the wording, render/ the blocks.
 */
export { createMessageDeleter } from './delete-slack-messages.ts'
export { createDigestPoster } from './digest-poster.ts'
export { createGreeter, type Greeter } from './greeter.ts'
export { createHomePublisher, type HomePublisher } from './home-publisher.ts'
export { createPeopleNames, namePeople } from './name-people.ts'
export { createReactions } from './reactions.ts'
export { createReplySender, type ReplySender } from './reply-sender.ts'
export { createSlackUploadListener, MAX_AHEAD_POSTED } from './slack-upload-listener.ts'
export { createUploadMessage } from './upload-message.ts'
