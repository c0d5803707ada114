import type { HeaderList } from './request.js';

/**
 * Whether a header belongs to one connection and not to the message (RFC 9110, section 7.6.1), or is one that an HTTP
 * client sets itself. Neither is passed on, nor can it be added.
 */
export function isHopByHop(name: string): boolean {
  return HOP_BY_HOP.has(name.toLowerCase());
}

/**
 * The headers that belong to the message, in their order and case, several of one name still several. What a sender
 * names in `Connection` was meant for the one it spoke to, and goes too. So does `Host`: the next one has its own.
 */
export function endToEndHeaders(headers: HeaderList): HeaderList {
  const named = namedByConnection(headers);
  return headers.filter(([name]) => {
    const lower = name.toLowerCase();
    return lower !== 'host' && !HOP_BY_HOP.has(lower) && !named.has(lower);
  });
}

function namedByConnection(headers: HeaderList): ReadonlySet<string> {
  const values = headers.filter(([name]) => name.toLowerCase() === 'connection').map(([, value]) => value);
  if (values.length === 0) return NONE;
  return new Set(values.flatMap((value) => value.split(',')).map((name) => name.trim().toLowerCase()));
}

const NONE: ReadonlySet<string> = new Set();

const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
