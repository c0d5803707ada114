import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { CalReplyError } from '../errors.js';
import { hostOf } from '../util/port.js';

/**
 * Decides where the service may send. A service bound to loopback is a developer's own and may send anywhere; any other
 * sends by https to public addresses only, so that a webhook cannot be used to reach what stands behind the service.
 */
export interface AddressGuard {
  /**
   * Refuses a webhook URL that may not be registered.
   *
   * @throws {CalReplyError} InvalidUrl
   */
  checkUrl(url: URL): void;
  /**
   * True when the host of `url` may be connected to as far as it tells: an address is one that is allowed, and what a
   * name resolves to is left to `lookup`, which sockets do not ask about an address.
   */
  allowsHostOf(url: URL): boolean;
  /** A `lookup` for sockets that gives only addresses that are allowed, so that what is checked is what is used. */
  readonly lookup: typeof systemLookup;
}

/** The code of the error that a forbidden name or address ends with. */
const ADDRESS_FORBIDDEN = 'ERR_ADDRESS_FORBIDDEN';

export interface AddressGuardOptions {
  /** False on a service that is bound to loopback. */
  readonly publicOnly: boolean;
  /** How names are resolved; the system's way when absent. */
  readonly resolve?: Resolve;
}

/** Resolves a name to all its addresses. */
export type Resolve = (
  hostname: string,
  options: LookupOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export function addressGuard({ publicOnly, resolve = resolveAll }: AddressGuardOptions): AddressGuard {
  const allows = (address: string) => !publicOnly || isPublicAddress(address);
  // The URL parser has already turned decimal, octal, hex and short spellings into four plain numbers.
  const allowsHostOf = (url: URL) => isIP(hostOf(url)) === 0 || allows(hostOf(url));
  const lookup = (hostname: string, options: LookupOptions, callback: (...answer: unknown[]) => void) => {
    resolve(hostname, options, (error, addresses) => {
      if (error) return callback(error);
      const allowed = addresses.filter(({ address }) => allows(address));
      const [first] = allowed;
      if (!first) return callback(forbidden(hostname));
      if (options.all) return callback(null, allowed);
      return callback(null, first.address, first.family);
    });
  };

  return {
    allowsHostOf,
    lookup: lookup as typeof systemLookup,
    checkUrl(url) {
      if (url.protocol !== 'https:' && (publicOnly || url.protocol !== 'http:')) {
        throw new CalReplyError(
          'InvalidUrl',
          `${url.origin} cannot be a webhook: this service sends to https URLs only.`,
        );
      }

      if (!allowsHostOf(url)) {
        throw new CalReplyError(
          'InvalidUrl',
          `${hostOf(url)} is not a public address, and this service sends to no other.`,
        );
      }
    },
  };
}

/** True for addresses of the public internet: neither private, local, reserved nor a way to one of those. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return parsed.range() === 'unicast' && (parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_UNICAST));
}

/** All of IPv6 that is given out; “unicast” is also said of the rest, such as `::127.0.0.1`. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

const resolveAll: Resolve = (hostname, options, callback) =>
  systemLookup(hostname, { ...options, all: true }, callback);

function forbidden(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${hostname} resolves to no public address`), { code: ADDRESS_FORBIDDEN });
}
