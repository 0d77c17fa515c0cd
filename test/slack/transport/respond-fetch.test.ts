import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect, it } from 'vitest'
import { createRespondFetch } from '../../../src/slack/transport/respond-fetch.ts'

it('counts an answer that Slack did not take, by why', async () => {
  const failed: string[] = []
  const respond = createRespondFetch(({ method, reason }) => failed.push(`${method} ${reason}`))
  const server = createServer((request, response) => {
    response.writeHead(Number(request.url?.slice(1))).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const place = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`

  for (const status of [200, 404, 429]) expect((await respond(`${place}/${status}`)).status).toBe(status)
  server.close()
  server.closeAllConnections()
  await expect(respond(`${place}/200`)).rejects.toThrow()

  expect(failed).toEqual(['response_url http_404', 'response_url rate_limited', 'response_url no_answer'])
})
