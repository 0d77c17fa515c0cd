import { writeFilter } from '../../src/uploads/filters/index.ts'
import { type AskedFilter, type FilterOptions, parseCustomerFilter } from '../filter/index.ts'
import { dayOf } from '../text/index.ts'
import { parseRecent } from './recent-request.ts'
import { parseUploadReference } from './upload-reference.ts'
import type { UploadsOptions } from './uploads-kinds.ts'
import { parseUploadsRequest } from './uploads-request.ts'

/** The page that answers a form. */
export interface FormPage {
  /** The form as typed. */
  readonly typed: string
  /** Name and subject of the page, as in a button's value. Contains no customer data. */
  readonly page: string
  readonly about: readonly (string | number)[]
}

/**
 * The page of a form of `/uploads` that only shows something. A misunderstood text never leads to a change, a
 * forget upload or an export.
 *
 * @returns undefined if the form does more than show
 */
export function pageOfForm(form: string, options: UploadsOptions & FilterOptions): FormPage | undefined {
  const request = parseUploadsRequest(form, options)
  const typed = `/uploads ${form}`
  if (request.kind === 'who') return { typed, page: 'who', about: [request.text] }
  if (request.kind !== 'word') return undefined
  const { word, text } = request
  switch (word) {
    case 'recent': {
      const asked = parseRecent(text, options)
      // A word that matches no name may still be a customer's.
      const isList =
        asked.kind === 'list' && (asked.names === undefined || /(?:^|\s)(?:by|of|from) |@/i.test(text))
      return isList ? { typed, page: 'recent', about: [text] } : undefined
    }
    case 'show': {
      const reference = parseUploadReference(text)
      return typeof reference === 'number' ? { typed, page: 'upload', about: [reference] } : undefined
    }
    case 'digest':
      return text === ''
        ? { typed, page: 'digest', about: ['daily', dayOf(options.now, options.timeZone)] }
        : undefined
    case 'count': {
      const asked = parseCustomerFilter(text, options)
      return asked.kind === 'filter' ? { typed, page: 'count', about: aboutCount(asked) } : undefined
    }
    case 'compare': {
      const [, first, second] = /^#?(\d{1,9})\D+(\d{1,9})$/.exec(text) ?? []
      return first === undefined || second === undefined
        ? undefined
        : { typed, page: 'compare', about: [Number(first), Number(second)] }
    }
    case 'export':
    case 'mapping':
    case 'preview':
    case 'undo':
      return undefined
  }
}

/** The subject of a count's page: the filter, the field to group by, and the field to add. */
export function aboutCount({ filter, by = '', sum }: AskedFilter): readonly string[] {
  return [writeFilter(filter), by, ...(sum === undefined ? [] : [sum])]
}
