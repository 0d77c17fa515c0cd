/**
 * How a reply reaches the person who asked: through a response_url, in a thread, or as a direct message. What
 * it says is made in commands/, how it looks in render/.
 */
export { answerDirectly, type DirectAnswerDeps, type SentAnswers } from './direct-answers.ts'
export { type Respond, respondInThread } from './respond-in-thread.ts'
export { createResponder, type ResponderDeps, respondWith } from './responder.ts'
export { withoutFailure } from './without-failure.ts'
