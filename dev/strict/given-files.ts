import type { FrontCall, FrontLayer } from '../slack/index.ts'
import { argumentsOf, methodOf } from './call-arguments.ts'

/**
 * Files submitted in the app's modals, which the emulator lacks. The app can read such a file although no
 * message shares it (https://docs.slack.dev/reference/block-kit/block-elements/file-input-element). It cannot
 * delete the file, because it is the person's (https://docs.slack.dev/reference/methods/files.delete).
 */
export function createGivenFiles(
  isBot: (call: FrontCall) => boolean,
  tokenOf: (person: string) => string,
): { readonly layer: FrontLayer; add(fileId: string, person: string): void } {
  const owners = new Map<string, string>()

  /** The file of a call: of a method, or of a download. */
  const fileOf = (call: FrontCall): string =>
    /^\/files-pri\/([^/]+)\//.exec(call.path)?.[1] ?? String(argumentsOf(call).file)

  return {
    add: (fileId, person) => owners.set(fileId, person),
    async layer(call, next) {
      const method = methodOf(call)
      const isAboutFile =
        call.path.startsWith('/files-pri/') || method === 'files.info' || method === 'files.delete'
      const owner = isAboutFile && isBot(call) ? owners.get(fileOf(call)) : undefined
      if (owner === undefined) return await next(call)
      if (method === 'files.delete') return Response.json({ ok: false, error: 'cant_delete_file' })
      const headers = new Headers(call.headers)
      headers.set('authorization', `Bearer ${tokenOf(owner)}`)
      return await next({ ...call, headers })
    },
  }
}
