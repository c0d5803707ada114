import type { LookupAddress, LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { CalReplyError } from '../errors.js';
import { systemClock, type Clock } from '../util/clock.js';
import { systemError } from '../util/system-error.js';
import { hostOf } from '../util/port.js';
import { isPublicAddress, parseNetwork } from './networks.js';
import { resolveBySystem, sharedResolve, type Resolve } from './shared-resolve.js';

/**
 * Decides where the service may send. A service bound to loopback is a developer's own and may send anywhere. Any other
 * sends by https to public addresses, and by http and https to the networks that were opened, so that a webhook cannot be
 * used to reach what stands behind the service.
 *
 * Each connection is checked three times: its URL before anything is done, every address of its name, and the address
 * it ended at before anything is written.
 */
export interface AddressGuard {
  /**
   * Refuses a webhook URL that may not be registered. Names are not resolved: where one leads may change at any time.
   *
   * @throws {CalReplyError} InvalidUrl
   */
  checkUrl(url: URL): void;
  /** Why nothing may be sent to `url`, as far as it tells; undefined when it may. What a name leads to is not known yet. */
  refusal(url: URL): Refusal | undefined;
  /** A `lookup` for sockets that serve `protocol`. A name is refused when one of its addresses is. */
  readonly lookup: (protocol: string) => LookupFunction;
  /** True when `protocol` may be spoken with `address`, such as a connected socket tells. */
  allows(protocol: string, address: string): boolean;
}

/** Codes of delivery errors. */
export type Refusal = 'address_forbidden' | 'https_required';

/** The code of the error that a refused name or connection ends with. */
const SYSTEM_CODES = { address_forbidden: 'ERR_ADDRESS_FORBIDDEN', https_required: 'ERR_HTTPS_REQUIRED' } as const;

export interface AddressGuardOptions {
  /** False on a service that is bound to loopback. */
  readonly publicOnly: boolean;
  /** Networks to which a public service sends as well, such as 10.0.0.0/8. */
  readonly allowNetworks?: readonly string[] | undefined;
  /** How names are resolved; the system's way when absent. */
  readonly resolve?: Resolve | undefined;
  readonly clock?: Clock;
}

/** @throws {CalReplyError} WrongUse when a network is none */
export function addressGuard(options: AddressGuardOptions): AddressGuard {
  const { publicOnly, allowNetworks = [], resolve = resolveBySystem, clock = systemClock } = options;
  const opened = allowNetworks.map(parseNetwork);
  const resolveShared = sharedResolve(resolve, clock);

  const refusalOf = (protocol: string, address: string): Refusal | undefined => {
    if (!publicOnly || opened.some((network) => network.contains(address))) return undefined;
    if (!isPublicAddress(address)) return 'address_forbidden';
    return protocol === 'https:' ? undefined : 'https_required';
  };

  const refusal = (url: URL): Refusal | undefined => {
    const address = addressIn(url);
    if (address !== undefined) return refusalOf(url.protocol, address);
    // By http a name may lead into a network that was opened, and nowhere else.
    return publicOnly && opened.length === 0 && url.protocol !== 'https:' ? 'https_required' : undefined;
  };

  const lookup = (protocol: string) => (hostname: string, lookupOptions: LookupOptions, callback: LookupCallback) => {
    // Who made the socket hears of its lookup only from the next turn on, and known addresses are there at once.
    const answer = (...result: Parameters<LookupCallback>) => setImmediate(callback, ...result);
    resolveShared(hostname, { hints: lookupOptions.hints }).then((addresses) => {
      const [first] = addresses;
      if (!first) return answer(systemError('ENOTFOUND', `${hostname} has no address`));
      // One private address among public ones is a mistake or an attack: which of them is used is left to chance.
      const [refused] = addresses.flatMap(({ address }) => refusalOf(protocol, address) ?? []);
      if (refused) return answer(systemError(SYSTEM_CODES[refused], `${hostname} leads to a forbidden address`));
      if (lookupOptions.all) return answer(null, [...addresses]);
      return answer(null, first.address, first.family);
    }, answer);
  };

  return {
    refusal,
    lookup: (protocol) => lookup(protocol) as LookupFunction,
    allows: (protocol, address) => refusalOf(protocol, address) === undefined,
    checkUrl(url) {
      const isHttp = url.protocol === 'https:' || url.protocol === 'http:';
      switch (isHttp ? refusal(url) : 'https_required') {
        case 'https_required':
          throw new CalReplyError(
            'InvalidUrl',
            `${url.origin} cannot be a webhook: this service sends to https URLs only.`,
          );
        case 'address_forbidden':
          throw new CalReplyError(
            'InvalidUrl',
            `${hostOf(url)} is not a public address, and this service sends to no other.`,
          );
      }
    },
  };
}

type LookupCallback = (error: Error | null, address?: string | LookupAddress[], family?: number) => void;

/**
 * The address that a URL tells itself: the URL parser has already turned decimal, octal, hex and short spellings into
 * four plain numbers. `localhost` and what ends with it always means loopback (RFC 6761, section 6.3).
 */
function addressIn(url: URL): string | undefined {
  const host = hostOf(url);
  if (isIP(host) !== 0) return host;
  return /(^|\.)localhost\.?$/.test(host) ? '127.0.0.1' : undefined;
}
