import type { LookupAddress } from 'node:dns';
import { describe, expect, test } from 'vitest';
import { addressGuard } from '../../../src/delivery/address-guard.js';
import type { Resolve } from '../../../src/delivery/shared-resolve.js';
import { FakeClock } from '../../helpers/fake-clock.js';
import { PRIVATE_HOSTS } from '../../helpers/private-hosts.js';

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
    expect(guard.refusal(new URL(`https://${host}/`))).toBe('address_forbidden');
    expect(guard.refusal(new URL(`http://${host}/`))).toBe('address_forbidden');
  });

  test.each(PUBLIC_HOSTS)('%s can', (host) => {
    expect(() => guard.checkUrl(new URL(`https://${host}/hooks`))).not.toThrow();
    expect(guard.refusal(new URL(`https://${host}/`))).toBeUndefined();
    expect(guard.refusal(new URL(`http://${host}/`))).toBe('https_required');
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

  test('a connection that ended at a private address is not allowed', () => {
    expect(guard.allows('https:', '93.184.216.34')).toBe(true);
    expect(guard.allows('http:', '93.184.216.34')).toBe(false);
    for (const address of ['127.0.0.1', '::ffff:127.0.0.1', 'fe80::1%eth0', '2606:4700::1%eth0', '', 'no address']) {
      expect(guard.allows('https:', address)).toBe(false);
    }
  });
});

describe('on a service of loopback', () => {
  test.each(PRIVATE_HOSTS)('%s can be a webhook, by http too', (host) => {
    expect(() => onLoopback.checkUrl(new URL(`http://${host}/hooks`))).not.toThrow();
    expect(onLoopback.refusal(new URL(`http://${host}/`))).toBeUndefined();
  });

  test('nothing but http and https can', () => {
    expect(() => onLoopback.checkUrl(new URL('ftp://localhost/'))).toThrow(
      expect.objectContaining({ code: 'InvalidUrl' }),
    );
  });
});

describe('on a service that was opened to networks', () => {
  const opened = addressGuard({ publicOnly: true, allowNetworks: ['10.20.0.0/16', 'fd00:1::/32'] });

  test.each(['10.20.0.1', '0xa.20.255.255', '[::ffff:10.20.0.1]', '[fd00:1::1]'])(
    '%s can be a webhook, by http too',
    (host) => {
      for (const protocol of ['http', 'https']) {
        expect(() => opened.checkUrl(new URL(`${protocol}://${host}:8080/hooks`))).not.toThrow();
      }
    },
  );

  test.each(['10.21.0.1', '127.0.0.1', 'localhost', '169.254.169.254', '[fd00:2::1]', '[::ffff:10.21.0.1]'])(
    '%s still cannot',
    (host) => {
      expect(() => opened.checkUrl(new URL(`https://${host}/`))).toThrow(
        expect.objectContaining({ code: 'InvalidUrl' }),
      );
    },
  );

  test('public addresses are sent to by https only, as ever', () => {
    expect(opened.refusal(new URL('http://8.8.8.8/'))).toBe('https_required');
    expect(opened.refusal(new URL('https://8.8.8.8/'))).toBeUndefined();
  });

  test('where a name by http leads is seen when it is looked up', () => {
    expect(opened.refusal(new URL('http://receiver.internal/'))).toBeUndefined();
    expect(guard.refusal(new URL('http://receiver.internal/'))).toBe('https_required');
  });
});

describe('names', () => {
  const at = (address: string): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 });
  const outside = at('93.184.216.34');
  const outside6 = at('2606:2800:220:1::1');

  function lookUp(
    resolve: Resolve | readonly LookupAddress[],
    { all = true, protocol = 'https:', publicOnly = true, allowNetworks = [] as readonly string[] } = {},
  ): Promise<LookupAddress[]> {
    const { lookup } = addressGuard({
      publicOnly,
      allowNetworks,
      resolve: typeof resolve === 'function' ? resolve : () => Promise.resolve(resolve),
    });
    return new Promise((done, fail) => {
      lookup(protocol)('rebind.example.com', { all }, (error, address, family) => {
        if (error) return fail(error);
        done(typeof address === 'string' ? [{ address, family: family ?? 0 }] : address);
      });
    });
  }
  const forbidden = { code: 'ERR_ADDRESS_FORBIDDEN' };

  test('that lead to public addresses are connected to', async () => {
    await expect(lookUp([outside, outside6])).resolves.toEqual([outside, outside6]);
    await expect(lookUp([outside, outside6], { all: false })).resolves.toEqual([outside]);
  });

  test.each([
    '10.0.0.5',
    '127.0.0.1',
    '169.254.169.254',
    '::1',
    '::ffff:127.0.0.1',
    'fd00:ec2::254',
    '64:ff9b::a00:1',
    '?',
  ])('that lead to %s, alone or among public addresses, are forbidden', async (address) => {
    for (const addresses of [[at(address)], [outside, at(address)], [at(address), outside], [outside6, at(address)]]) {
      await expect(lookUp(addresses)).rejects.toMatchObject(forbidden);
      await expect(lookUp(addresses, { all: false })).rejects.toMatchObject(forbidden);
    }
  });

  test('are looked at each time, since where they lead may change', async () => {
    const addresses = [[outside], [at('127.0.0.1')]];
    const resolve: Resolve = () => Promise.resolve(addresses.shift() ?? []);
    const clock = new FakeClock();
    const { lookup } = addressGuard({ publicOnly: true, resolve, clock });
    const once = () =>
      new Promise<unknown>((done) => {
        lookup('https:')('rebind.example.com', { all: true }, (error, found) => done(error ?? found));
      });
    expect(await once()).toEqual([outside]);
    await clock.advance(5_000);
    expect(await once()).toMatchObject(forbidden);
  });

  test('by http lead into an opened network, or nowhere', async () => {
    const allowNetworks = ['10.20.0.0/16'];
    const inside = at('10.20.0.7');
    await expect(lookUp([inside], { protocol: 'http:', allowNetworks })).resolves.toEqual([inside]);
    await expect(lookUp([inside], { allowNetworks })).resolves.toEqual([inside]);
    await expect(lookUp([inside, outside], { allowNetworks })).resolves.toEqual([inside, outside]);
    await expect(lookUp([inside, outside], { protocol: 'http:', allowNetworks })).rejects.toMatchObject({
      code: 'ERR_HTTPS_REQUIRED',
    });
    await expect(lookUp([inside, at('10.21.0.1')], { allowNetworks })).rejects.toMatchObject(forbidden);
  });

  test('on loopback lead anywhere', async () => {
    const addresses = [at('10.0.0.5'), outside];
    await expect(lookUp(addresses, { publicOnly: false, protocol: 'http:' })).resolves.toEqual(addresses);
  });

  test('that are not there stay the resolver’s own error', async () => {
    const missing = Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
    await expect(lookUp(() => Promise.reject(missing))).rejects.toBe(missing);
    await expect(lookUp([])).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });
});
