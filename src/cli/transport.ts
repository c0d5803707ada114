import type { ClientOptions } from '../api/client.js';
import { CalReplyError } from '../errors.js';
import { proxyFor, proxyUrl, type ProxyVariables } from '../util/proxy.js';

/** How requests travel: directly when it says nothing. */
export type Transport = Pick<ClientOptions, 'send' | 'openStream' | 'proxy'>;

/**
 * The way to a service.
 *
 * @throws {CalReplyError} WrongUse for a proxy that cannot be used
 */
export async function transportTo(apiUrl: string, proxies: ProxyVariables): Promise<Transport> {
  const variable = proxyFor(new URL(apiUrl), proxies);
  if (variable === undefined) return {};
  const url = proxyUrl(variable);
  if (url === undefined) {
    // Its value is not repeated: a password may be in it.
    throw new CalReplyError('WrongUse', `${variable.name} names no HTTP proxy.`, {
      hint: `It looks like http://proxy.example.com:3128. To go past it: NO_PROXY=${new URL(apiUrl).hostname}`,
    });
  }

  const { through } = await import('../util/proxied-http-client.js');
  return { ...through(url), proxy: { url, variable: variable.name } };
}
