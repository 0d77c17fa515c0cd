import { type Dispatcher, EnvHttpProxyAgent, setGlobalDispatcher } from 'undici'

export interface ProxySettings {
  /** Address of the proxy, such as `http://proxy.example.com:3128`. */
  readonly proxy: string
  /** Hosts reached without it, separated by commas; `.example.com` covers a domain. */
  readonly noProxy?: string | undefined
}

/**
 * Sends all requests of this process through a proxy. Node's `fetch` has no setting for it before version 24,
 * and the Web API, downloads, uploads and replies all use `fetch`. Each host gets a tunnel (CONNECT), so the
 * proxy sees the host but no content.
 * @returns the dispatcher for the web socket, which does not use `fetch`
 */
export function useProxy({ proxy, noProxy }: ProxySettings): Dispatcher {
  const dispatcher = new EnvHttpProxyAgent({
    httpProxy: proxy,
    httpsProxy: proxy,
    // A web socket needs its own connection.
    allowH2: false,
    proxyTunnel: true,
    noProxy: noProxy ?? '',
  })
  setGlobalDispatcher(dispatcher)
  return dispatcher
}
