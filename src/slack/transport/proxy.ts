import { type Dispatcher, EnvHttpProxyAgent, setGlobalDispatcher } from 'undici'

export interface ProxySettings {
  /** Address of the proxy, such as `http://proxy.example.com:3128`. */
  readonly proxy: string
  /** Hosts that are reached without it, divided by commas; `.example.com` names all of a domain. */
  readonly noProxy?: string | undefined
}

/**
 * Sends every request of this process through a proxy: `fetch` of Node has no setting for it before version 24, and
 * the Web API, downloads, uploads and answers all use `fetch`. A tunnel (CONNECT) is opened for each host, so that the
 * proxy sees which host is called and nothing of what is said.
 * @returns the way out, for what is no `fetch`: the web socket
 */
export function useProxy({ proxy, noProxy }: ProxySettings): Dispatcher {
  const dispatcher = new EnvHttpProxyAgent({
    httpProxy: proxy,
    httpsProxy: proxy,
    // A web socket needs a connection of its own.
    allowH2: false,
    proxyTunnel: true,
    noProxy: noProxy ?? '',
  })
  setGlobalDispatcher(dispatcher)
  return dispatcher
}
