import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';

/**
 * The addresses of a host; of `localhost` always both, 127.0.0.1 and ::1, whatever the machine's hosts file leaves out: a
 * program listens on the one or the other, and who names it means the program (RFC 6761, section 6.3).
 */
export const lookupWithLocalhost: LookupFunction = (hostname, options, callback) => {
  if (hostname !== 'localhost' || !options.all) return systemLookup(hostname, options, callback as never);
  systemLookup(hostname, { ...options, all: true }, (error, found) => {
    // The order is the machine's.
    const known = error ? [] : found;
    const missing = LOOPBACK.filter(({ address }) => !known.some((one) => one.address === address));
    callback(null, [...known, ...missing]);
  });
};

const LOOPBACK: readonly LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];
