import { createServer, type AddressInfo, type Socket } from 'node:net';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Resolve } from '../../src/delivery/shared-resolve.js';
import { attempted } from '../helpers/history.js';
import { startHttpEngine } from '../helpers/http-engine.js';
import { PRIVATE_HOSTS } from '../helpers/private-hosts.js';
import { startReceiver } from '../helpers/receiver.js';
import { startTestService, type TestService } from '../helpers/service.js';

/** Where the names of these tests lead. Nobody else is asked. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  'loopback.example.com': ['127.0.0.1'],
  'loopback6.example.com': ['::1'],
  'mapped.example.com': ['::ffff:127.0.0.1'],
  'unspecified.example.com': ['0.0.0.0'],
  'inside.example.com': ['10.0.0.5'],
  'metadata.example.com': ['169.254.169.254'],
  'metadata6.example.com': ['fd00:ec2::254'],
  'nat64.example.com': ['64:ff9b::7f00:1'],
  '6to4.example.com': ['2002:7f00:1::'],
  'zone.example.com': ['fe80::1%lo'],
  'mixed.example.com': ['93.184.216.34', '127.0.0.1'],
  'mixed-before.example.com': ['127.0.0.1', '93.184.216.34'],
  'nonsense.example.com': ['not an address'],
};

const resolve: Resolve = (hostname) => {
  const addresses = NAMES[hostname];
  return addresses
    ? Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })))
    : Promise.reject(Object.assign(new Error(`${hostname} is not of this test`), { code: 'ENOTFOUND' }));
};

/** Something private that must not be reached: it notes every connection. */
async function startPrivate(): Promise<{ port: number; connections: () => number }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket));
  // On every address, so that no spelling of this machine misses it.
  await new Promise<void>((done) => server.listen(0, done));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, connections: () => sockets.length };
}

describe('a public service', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ isPublic: true, resolve });
    return () => service.end();
  });

  test('registers no private address, in any spelling', async () => {
    const { id, url } = await service.api.createWebhook({ url: 'https://receiver.example.com/' });
    const refused = {
      status: 400,
      json: { Code: 'InvalidUrl', Reason: expect.stringContaining('not a public address') },
    };
    for (const host of PRIVATE_HOSTS) {
      const json = { url: `https://${host}/hooks` };
      expect(await service.call('POST', '/v1/webhooks', { json }), host).toMatchObject(refused);
    }
    const json = { url: 'https://127.1/hooks' };
    expect(await service.call('PATCH', `/v1/webhooks/${id}`, { json })).toMatchObject(refused);
    expect((await service.api.webhooks()).webhooks).toMatchObject([{ url }]);
    await service.api.removeWebhook(id);
  });

  test('tests no webhook of a name that leads to a private address, alone or among others', async () => {
    const { port, connections } = await startPrivate();
    for (const hostname of Object.keys(NAMES)) {
      const { id } = await service.api.createWebhook({ url: `https://${hostname}:${port}/` });
      expect(await service.api.testWebhook(id), hostname).toMatchObject({
        ...{ status: null, error: 'address_forbidden', remoteAddress: null },
      });
    }
    expect(connections()).toBe(0);
  });
});

test('no connection is made for a private address that was written past the API, in any spelling', async () => {
  const engine = await startHttpEngine({ publicOnly: true, resolve });
  const { port, connections } = await startPrivate();
  const hosts = [...PRIVATE_HOSTS, ...Object.keys(NAMES)];
  const urls = hosts.flatMap((host) => [`https://${host}:${port}/hooks`, `http://${host}:${port}/hooks`]);
  const notifications = await engine.firstAttempts(urls.map((url) => ({ url })));
  notifications.forEach(({ status, lastError }, place) => {
    const isName = place >= 2 * PRIVATE_HOSTS.length;
    // Where a name leads is not even asked when it would be spoken to by http.
    const error = isName && urls[place]?.startsWith('http:') ? 'https_required' : 'address_forbidden';
    expect({ status, lastError }, urls[place]).toEqual({ status: 'pending', lastError: error });
  });
  expect(connections()).toBe(0);
});

test.each(['ftp://127.0.0.1/', 'file:///etc/passwd', 'unix:/run/docker.sock', 'data:,x', 'http://', 'not a URL', ''])(
  'a URL of “%s” in a row is a failed attempt and nothing else',
  async (url) => {
    const engine = await startHttpEngine();
    expect(await engine.firstAttempts([{ url }])).toMatchObject([{ status: 'pending', lastError: 'bad_url' }]);
    expect(engine.errors).toEqual([]);
  },
);

test('what was registered on loopback is not reached once the service is public, until its network is allowed', async () => {
  const service = await startTestService();
  onTestFinished(() => service.end());
  const receiver = await startReceiver();
  const { id: own } = await service.api.createWebhook({ url: `${receiver.url}/own` });
  const { id: open } = await service.api.createWebhook({ url: 'http://receiver.example.com/' });
  const outcomes = async () => {
    const { event } = await service.api.triggerEvent({ eventType: 'Test', to: [own, open] });
    const outcomeOf = (webhook: string) => attempted(service.api, { event: event.eventId, webhook });
    return [await outcomeOf(own), await outcomeOf(open)];
  };

  await service.stop();
  await service.start({ isPublic: true, resolve });
  expect(await outcomes()).toMatchObject([{ lastError: 'address_forbidden' }, { lastError: 'https_required' }]);
  expect(await service.api.testWebhook(own)).toMatchObject({ status: null, error: 'address_forbidden' });
  expect(await service.api.testWebhook(open)).toMatchObject({ status: null, error: 'https_required' });
  expect(receiver.requests).toHaveLength(0);

  await service.stop();
  await service.start({ isPublic: true, resolve, allowNetworks: ['127.0.0.1/32'] });
  expect(await outcomes()).toMatchObject([{ status: 'delivered' }, { lastError: 'name_not_found' }]);
  expect(await service.api.testWebhook(own)).toMatchObject({ status: 200, remoteAddress: '127.0.0.1' });
  expect(receiver.requests.length).toBeGreaterThanOrEqual(2);
});
