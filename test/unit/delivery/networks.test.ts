import { describe, expect, test } from 'vitest';
import { isPublicAddress, parseNetwork } from '../../../src/delivery/networks.js';

/** The first and the last address of each range that is not the public internet. */
const NOT_PUBLIC = [
  ['unspecified', '0.0.0.0', '0.255.255.255'],
  ['private', '10.0.0.0', '10.255.255.255'],
  ['carrier-grade NAT', '100.64.0.0', '100.127.255.255'],
  ['loopback', '127.0.0.0', '127.255.255.255'],
  ['link-local, and the metadata of clouds', '169.254.0.0', '169.254.255.255'],
  ['metadata', '169.254.169.254', '169.254.170.2'],
  ['the platform of Azure', '168.63.129.16', '168.63.129.16'],
  ['private', '172.16.0.0', '172.31.255.255'],
  ['protocol assignments', '192.0.0.0', '192.0.0.255'],
  ['documentation', '192.0.2.0', '192.0.2.255'],
  ['6to4 relays', '192.88.99.0', '192.88.99.255'],
  ['private', '192.168.0.0', '192.168.255.255'],
  ['benchmarking', '198.18.0.0', '198.19.255.255'],
  ['documentation', '198.51.100.0', '198.51.100.255'],
  ['documentation', '203.0.113.0', '203.0.113.255'],
  ['multicast', '224.0.0.0', '239.255.255.255'],
  ['reserved', '240.0.0.0', '255.255.255.254'],
  ['broadcast', '255.255.255.255', '255.255.255.255'],
  ['unspecified', '::', '::'],
  ['loopback', '::1', '::1'],
  ['IPv4-compatible', '::7f00:1', '::ffff:ffff'],
  ['IPv4-mapped private', '::ffff:10.0.0.0', '::ffff:192.168.255.255'],
  ['IPv4-translated', '::ffff:0:0:0', '::ffff:0:ffff:ffff'],
  ['NAT64', '64:ff9b::', '64:ff9b::ffff:ffff'],
  ['NAT64 to a public address', '64:ff9b::808:808', '64:ff9b::101:101'],
  ['local NAT64', '64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff'],
  ['discard', '100::', '100::ffff:ffff:ffff:ffff'],
  ['Teredo', '2001::', '2001:0:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['benchmarking', '2001:2::', '2001:2:0:ffff:ffff:ffff:ffff:ffff'],
  ['ORCHID', '2001:10::', '2001:2f:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['protocol assignments', '2001:1::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['documentation', '2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['6to4', '2002::', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['documentation', '3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['not given out', '4000::', 'fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['segment routing', '5f00::', '5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['unique local', 'fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['metadata', 'fd00:ec2::254', 'fd20:ce::254'],
  ['link-local', 'fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['site-local', 'fec0::', 'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['multicast', 'ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
] as const;

test.each(NOT_PUBLIC)('%s, from %s to %s, is not public', (_, first, last) => {
  expect([isPublicAddress(first), isPublicAddress(last)]).toEqual([false, false]);
});

test.each([
  ...['1.0.0.0', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255', '128.0.0.0'],
  ...['169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '192.167.255.255', '192.169.0.0'],
  ...['198.17.255.255', '198.20.0.0', '223.255.255.255', '8.8.8.8', '::ffff:8.8.8.8', '::ffff:808:808'],
  ...['2000::', '2003::1', '2606:4700:4700::1111', '2a00:1450::1', '3ffe:ffff::1'],
])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  ...['', 'example.com', '8', '134744072', '0x8.8.8.8', '010.8.8.8', '8.8.8', '8.8.8.8.', ' 8.8.8.8', '8.8.8.8:443'],
  ...['[2606:4700:4700::1111]', '2606:4700:4700::1111%eth0', 'fe80::1%eth0', '::ffff:8.8.8.8%1'],
])('“%s” is not an address as systems spell it, and so not a public one', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

describe('a network', () => {
  test.each([
    [
      '10.20.0.0/16',
      ['10.20.0.0', '10.20.255.255', '::ffff:10.20.1.1', '::ffff:a14:101'],
      ['10.19.255.255', '10.21.0.0'],
    ],
    ['10.0.0.5/32', ['10.0.0.5'], ['10.0.0.4', '10.0.0.6']],
    ['0.0.0.0/0', ['127.0.0.1', '8.8.8.8'], ['::1']],
    ['fd00::/8', ['fd00::1', 'fdff::1', 'FD12:3456:789A::1'], ['fc00::1', 'fe80::1', '10.0.0.1', 'fd00::1%eth0']],
    ['::1/128', ['::1', '0:0:0:0:0:0:0:1'], ['127.0.0.1', '::ffff:127.0.0.1', '::2']],
  ])('%s contains what is in it', (text, inside, outside) => {
    const network = parseNetwork(text);
    expect(inside.filter((address) => !network.contains(address))).toEqual([]);
    expect(outside.filter((address) => network.contains(address))).toEqual([]);
    expect(network.contains('no address')).toBe(false);
  });

  test.each([
    ...['', 'internal', '10', '10/8', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/8/8', '10.0.0.0/255.0.0.0'],
    ...[
      '0x0a.0.0.0/8',
      '010.0.0.0/8',
      'fd00::/129',
      'fe80::%eth0/10',
      '::ffff:10.0.0.0/104',
      '[fd00::]/8',
      ' 10.0.0.0/8',
    ],
  ])('is not “%s”', (text) => {
    expect(() => parseNetwork(text)).toThrow(
      expect.objectContaining({ code: 'WrongUse', message: expect.stringContaining(`“${text}” is not a network.`) }),
    );
  });

  test.each([
    ['10.0.0.5', 'For one address write 10.0.0.5/32.'],
    ['fd00::5', 'For one address write fd00::5/128.'],
    ['10.1.2.3/8', 'Write 10.0.0.0/8, or 10.1.2.3/32 for that one address.'],
    ['fd00::1/8', 'Write fd00::/8, or fd00::1/128 for that one address.'],
  ])('that was meant by “%s” is said', (text, hint) => {
    expect(() => parseNetwork(text)).toThrow(expect.objectContaining({ code: 'WrongUse', hint }));
  });
});
