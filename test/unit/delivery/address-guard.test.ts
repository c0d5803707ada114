import type { LookupAddress } from 'node:dns';
import { describe, expect, test } from 'vitest';
import { addressGuard, isPublicAddress, type Resolve } from '../../../src/delivery/address-guard.js';

const PRIVATE_HOSTS = [
  // Loopback in every spelling that a URL may have.
  '127.0.0.1',
  '127.0.0.1.',
  '127.255.255.254',
  '127.1',
  '127.0.1',
  '2130706433',
  '0x7f000001',
  '0x7f.0.0.1',
  '0177.0.0.1',
  '017700000001',
  '%31%32%37.0.0.1',
  '１２７.0.0.1',
  '127。0。0。1',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '[::ffff:0:127.0.0.1]',
  // Unspecified: on many systems another way to the machine itself.
  '0.0.0.0',
  '0',
  '0.1.2.3',
  '[::]',
  // Private and shared networks.
  '10.0.0.1',
  '0xa.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '192.168.257',
  '100.64.0.1',
  '100.127.255.255',
  '[::ffff:10.0.0.1]',
  '[::10.0.0.1]',
  '[fc00::1]',
  '[fd12:3456:789a::1]',
  '[fec0::1]',
  // Link-local, and the address where clouds keep credentials.
  '169.254.169.254',
  '0xa9fea9fe',
  '2852039166',
  '[fe80::1]',
  '[::ffff:169.254.169.254]',
  '[fd00:ec2::254]',
  // Ways to an IPv4 address: NAT64, 6to4, Teredo.
  '[64:ff9b::127.0.0.1]',
  '[64:ff9b::a00:1]',
  '[64:ff9b:1::a00:1]',
  '[2002:7f00:1::]',
  '[2002:a00:1::]',
  '[2001::1]',
  // Kept for documentation, benchmarks, multicast, broadcast and the future.
  '192.0.0.1',
  '192.0.2.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '[ff02::1]',
  '[2001:db8::1]',
  '[3fff::1]',
  '[100::1]',
  '[4000::1]',
];
const PUBLIC_HOSTS = [
  '8.8.8.8',
  '1.1.1.1',
  '172.32.0.1',
  '100.128.0.1',
  '192.169.0.1',
  '[2606:4700:4700::1111]',
  '[2a00:1450::1]',
];

const guard = addressGuard({ publicOnly: true });
const onLoopback = addressGuard({ publicOnly: false });

describe('on a service that others can reach', () => {
  test.each(PRIVATE_HOSTS)('%s cannot be a webhook', (host) => {
    expect(() => guard.checkUrl(new URL(`https://${host}/hooks`))).toThrow(
      expect.objectContaining({ code: 'InvalidUrl', message: expect.stringContaining('not a public address') }),
    );
  });

  test.each(PRIVATE_HOSTS)('no connection goes to %s', (host) => {
    expect(guard.allowsHostOf(new URL(`https://${host}/`))).toBe(false);
  });

  test.each(PUBLIC_HOSTS)('%s can', (host) => {
    expect(() => guard.checkUrl(new URL(`https://${host}/hooks`))).not.toThrow();
    expect(guard.allowsHostOf(new URL(`https://${host}/`))).toBe(true);
  });

  test.each([
    'http://receiver.example.com/',
    'ftp://receiver.example.com/',
    'file:///etc/passwd',
    'data:,x',
    'ws://a.b/',
  ])('%s is refused: webhooks are https', (url) => {
    expect(() => guard.checkUrl(new URL(url))).toThrow(expect.objectContaining({ code: 'InvalidUrl' }));
  });

  test('an address with a zone, as a resolver may give it, is not public', () => {
    expect(isPublicAddress('fe80::1%eth0')).toBe(false);
    expect(isPublicAddress('no address')).toBe(false);
  });
});

describe('on a service of loopback', () => {
  test.each(PRIVATE_HOSTS)('%s can be a webhook, by http too', (host) => {
    expect(() => onLoopback.checkUrl(new URL(`http://${host}/hooks`))).not.toThrow();
    expect(onLoopback.allowsHostOf(new URL(`http://${host}/`))).toBe(true);
  });

  test('nothing but http and https can', () => {
    expect(() => onLoopback.checkUrl(new URL('ftp://localhost/'))).toThrow(
      expect.objectContaining({ code: 'InvalidUrl' }),
    );
  });
});

describe('names', () => {
  const resolvesTo =
    (...addresses: readonly LookupAddress[]): Resolve =>
    (_hostname, _options, callback) =>
      callback(null, [...addresses]);
  const inside = { address: '10.0.0.5', family: 4 };
  const metadata = { address: '169.254.169.254', family: 4 };
  const mapped = { address: '::ffff:127.0.0.1', family: 6 };
  const outside = { address: '93.184.216.34', family: 4 };
  const outside6 = { address: '2606:2800:220:1::1', family: 6 };

  function lookUp(resolve: Resolve, all: boolean, publicOnly = true): Promise<LookupAddress[]> {
    const { lookup } = addressGuard({ publicOnly, resolve });
    return new Promise((done, fail) => {
      lookup('rebind.example.com', { all }, (error, address, family) => {
        if (error) return fail(error);
        done(typeof address === 'string' ? [{ address, family: family ?? 0 }] : address);
      });
    });
  }

  test.each([true, false])('a name that resolves to private addresses only is forbidden (all: %s)', async (all) => {
    await expect(lookUp(resolvesTo(inside, metadata, mapped), all)).rejects.toMatchObject({
      code: 'ERR_ADDRESS_FORBIDDEN',
    });
  });

  test('of several addresses only the public ones are connected to', async () => {
    const resolve = resolvesTo(inside, outside, mapped, outside6);
    await expect(lookUp(resolve, true)).resolves.toEqual([outside, outside6]);
    await expect(lookUp(resolve, false)).resolves.toEqual([outside]);
  });

  test('on loopback every address is given', async () => {
    await expect(lookUp(resolvesTo(inside, outside), true, false)).resolves.toEqual([inside, outside]);
  });

  test('a name that is not there stays the resolver’s own error', async () => {
    const missing = Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
    const resolve: Resolve = (_hostname, _options, callback) => callback(missing, []);
    await expect(lookUp(resolve, true)).rejects.toBe(missing);
  });
});
