import { hostOf } from '../util/port.js';
import { proxyFor, proxyUrl, type ProxyVariables } from '../util/proxy.js';
import { failed, ok, warning, type Finding } from './check.js';

/** Whether requests to the service go through a proxy, and whether that can work. */
export function proxyFinding(service: URL, variables: ProxyVariables): Finding {
  const host = hostOf(service);
  if (!variables.http && !variables.https) return ok('none is named in the environment');
  const proxy = proxyFor(service, variables);
  if (proxy === undefined) return ok(`one is named in the environment, and not used for ${host}`);
  const url = proxyUrl(proxy);
  if (url === undefined) return failed(`${proxy.name} names no HTTP proxy`, UNUSABLE_PROXY, UNUSABLE_EXIT_CODE);

  // A name and a password may be in it.
  const seen = `requests to ${host} go through ${url.origin}`;
  if (!isLoopback(host)) return ok(seen);
  // With the brackets of an IPv6 address: `::1` is read as the host `:` with port 1.
  return warning(`${seen}, though it is this machine`, `Set NO_PROXY=${service.hostname}`);
}

function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|::1)$/.test(host);
}

const UNUSABLE_PROXY = 'It looks like http://proxy.example.com:3128.';
/** Wrong use, as in every other command. */
const UNUSABLE_EXIT_CODE = 2;
