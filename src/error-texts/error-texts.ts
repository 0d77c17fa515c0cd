import { FORMAT_ERRORS } from './format-errors.ts'
import { PROGRAM_ERRORS } from './program-errors.ts'
import { SHARE_ERRORS } from './share-errors.ts'
import { UPLOAD_ERRORS } from './upload-errors.ts'

/** The texts of every error code: `sentence` is what happened, `next` what to do. */
export const ERRORS = { ...PROGRAM_ERRORS, ...FORMAT_ERRORS, ...SHARE_ERRORS, ...UPLOAD_ERRORS }
