import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { CalReplyError } from '../errors.js';

/** A range of addresses, such as 10.0.0.0/8. */
export interface Network {
  contains(address: string): boolean;
}

/**
 * True for addresses of the public internet: neither private, local, reserved nor a way to one of those. Whatever is not
 * known to be public is not.
 */
export function isPublicAddress(address: string): boolean {
  const parsed = parse(address);
  if (parsed?.range() !== 'unicast') return false;
  if (parsed instanceof ipaddr.IPv6) return parsed.match(GLOBAL_UNICAST);
  return !parsed.match(AZURE_PLATFORM);
}

/** All of IPv6 that is given out; “unicast” is also said of the rest, such as `::127.0.0.1`. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
/** From a machine on Azure this address, which is of a public range, is the platform itself: names, keys, extensions. */
const AZURE_PLATFORM = ipaddr.IPv4.parseCIDR('168.63.129.16/32');

/**
 * Reads a network in CIDR notation (RFC 4632, section 3.1; RFC 4291, section 2.3).
 *
 * @throws {CalReplyError} WrongUse
 */
export function parseNetwork(text: string): Network {
  const [, start = '', digits = ''] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const address = parse(start);
  const length = Number(digits);
  const longest = address instanceof ipaddr.IPv4 ? 32 : 128;
  // An IPv4 network has one spelling: each address is compared as IPv4, also one that came mapped into IPv6.
  if (!address || digits === '' || length > longest || (longest === 32 && isIP(start) === 6)) {
    throw new CalReplyError('WrongUse', `“${text}” is not a network. One looks like 10.0.0.0/8 or fd00::/8.`, {
      ...(address && digits === '' && { hint: `For one address write ${start}/${longest}.` }),
    });
  }

  const network = (longest === 32 ? ipaddr.IPv4 : ipaddr.IPv6).networkAddressFromCIDR(`${start}/${length}`);
  // More would be opened than was meant, by a slip of one digit.
  if (network.toString() !== address.toString()) {
    throw new CalReplyError('WrongUse', `${text} does not start at its first address.`, {
      hint: `Write ${network.toString()}/${length}, or ${start}/${longest} for that one address.`,
    });
  }

  return {
    contains(other) {
      const parsed = parse(other);
      return parsed?.kind() === address.kind() && parsed.match(address, length);
    },
  };
}

/** An address in one of its usual spellings; one that is mapped into IPv6 is the IPv4 address. With a zone it is none. */
function parse(address: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  // The library alone takes “10” for 0.0.0.10.
  return isIP(address) === 0 || address.includes('%') ? undefined : ipaddr.process(address);
}
