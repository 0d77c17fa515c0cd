/**
 * Reads many documents of the database at once, as bytes, and decodes them with little garbage.
 * Knows no collection and no field.
 */
export { createDocumentDecoder } from './decode-document.ts'
export { findAtOnce } from './find-at-once.ts'
