import type { ProxyVariables } from '../cli/context.js';
import { hostOf } from '../util/port.js';
import { failed, ok, warning, type Finding } from './check.js';

/** Whether requests to the service go through a proxy, and whether that can work. */
export function proxyFinding(service: URL, variables: ProxyVariables): Finding {
  const host = hostOf(service);
  if (!variables.http && !variables.https) return ok('none is named in the environment');
  const proxy = proxyFor(service, variables);
  if (proxy === undefined) return ok(`one is named in the environment, and not used for ${host}`);
  if (!URL.canParse(proxy) || !/^https?:$/.test(new URL(proxy).protocol)) {
    return failed('the one that is named in the environment is no URL', 'It looks like http://proxy.example.com:3128.');
  }

  // A name and a password may be in it.
  const seen = `requests to ${host} go through ${new URL(proxy).origin}`;
  if (!isLoopback(host)) return ok(seen);
  // With the brackets of an IPv6 address: `::1` is read as the host `:` with port 1.
  return warning(`${seen}, though it is this machine`, `Set NO_PROXY=${service.hostname}`);
}

/**
 * The proxy for a URL by the rules of undici's EnvHttpProxyAgent, which sends our requests: https falls back to the http
 * one; in NO_PROXY, `*` is every host, and a name stands for what is below it too.
 */
export function proxyFor(url: URL, { http, https, except }: ProxyVariables): string | undefined {
  const proxy = url.protocol === 'https:' ? https || http : http;
  if (!proxy) return undefined;
  const entries = (except ?? '').split(/[,\s]/).filter((entry) => entry !== '');
  if (except === '*' || entries.some((entry) => matches(entry, url))) return undefined;
  return proxy;
}

function matches(entry: string, { protocol, host, port }: URL): boolean {
  const [, name = entry, onlyPort] = /^(.+):(\d+)$/.exec(entry) ?? [];
  const actualPort = port || (protocol === 'https:' ? '443' : '80');
  if (onlyPort !== undefined && onlyPort !== actualPort) return false;
  const wanted = name.replace(/^\*?\./, '').toLowerCase();
  const actual = host.replace(/:\d*$/, '');
  return actual === wanted || actual.endsWith(`.${wanted}`);
}

function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|::1)$/.test(host);
}
