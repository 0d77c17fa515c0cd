import type { FrontLayer } from './slack-front.ts'

const NATIVE = /"type":"(?:table|data_table|data_visualization)"/

/** A workspace that refuses Slack's newer blocks, to see their alternatives. */
export const refuseNativeBlocks: FrontLayer = async (call, next) => {
  const isResponse = call.path.startsWith('/responses/')
  if (!isResponse && !/^\/api\/(?:chat|views)\./.test(call.path)) return await next(call)
  const text = isResponse ? call.body.toString() : decodeForm(call.body.toString())
  if (!NATIVE.test(text)) return await next(call)
  if (isResponse) return new Response('invalid_blocks', { status: 400 })
  return Response.json({ ok: false, error: 'invalid_blocks' })
}

const decodeForm = (body: string): string => [...new URLSearchParams(body).values()].join('\n')
