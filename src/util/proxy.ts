/** A variable of the environment that names a proxy. */
export interface ProxyVariable {
  /** Such as `HTTPS_PROXY`. */
  readonly name: string;
  readonly value: string;
}

/** The variables that name proxies; undefined for one that is not set, or empty. */
export interface ProxyVariables {
  readonly http: ProxyVariable | undefined;
  readonly https: ProxyVariable | undefined;
  /** NO_PROXY: hosts that are reached without one. */
  readonly except: string | undefined;
}

/**
 * The variable that names the proxy for a URL. https falls back to the one for http; in NO_PROXY, `*` is every host, and
 * a name stands for what is below it too.
 */
export function proxyFor(url: URL, { http, https, except }: ProxyVariables): ProxyVariable | undefined {
  const proxy = url.protocol === 'https:' ? (https ?? http) : http;
  if (proxy === undefined) return undefined;
  const entries = (except ?? '').split(/[,\s]/).filter((entry) => entry !== '');
  if (entries.some((entry) => entry === '*' || matches(entry, url))) return undefined;
  return proxy;
}

/**
 * The URL of a proxy. As for curl, `proxy.example.com:3128` is one of http. Undefined for what is no address, and for a
 * proxy that is not spoken to by HTTP, such as `socks5://…`.
 */
export function proxyUrl({ value }: ProxyVariable): URL | undefined {
  const whole = value.includes('://') ? value : `http://${value}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  // A word alone is a name that somebody forgot to fill in rather than a host.
  const isAddress = value.includes('://') || /:\d+\/?$/.test(value);
  return url && /^https?:$/.test(url.protocol) && isAddress ? url : undefined;
}

function matches(entry: string, { protocol, host, port }: URL): boolean {
  // An IPv6 address has colons of its own, and brackets only where a port follows.
  const [, name = entry, onlyPort] = /^([^:]+|\[.*\]):(\d+)$/.exec(entry) ?? [];
  const actualPort = port || (protocol === 'https:' ? '443' : '80');
  if (onlyPort !== undefined && onlyPort !== actualPort) return false;
  const wanted = withoutBrackets(name.replace(/^\*?\./, '').toLowerCase());
  const actual = withoutBrackets(host.replace(/:\d*$/, ''));
  return actual === wanted || actual.endsWith(`.${wanted}`);
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}
