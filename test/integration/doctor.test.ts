import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { ApiClient } from '../../src/api/client.js';
import type { ListenerList } from '../../src/api/contract.js';
import { roundTrip } from '../../src/doctor/round-trip.js';
import { lookAtService } from '../../src/doctor/service.js';
import { sendJson } from '../../src/util/http-client.js';
import { startTestService, VERSION, type TestService } from '../helpers/service.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

let service: TestService;
const forever = new AbortController().signal;

beforeAll(async () => {
  service = await startTestService();
  return () => service.end();
});

const listeners = async () => ((await service.call('GET', '/v1/listeners')).json as ListenerList).listeners;

describe('a round trip', () => {
  test('brings a Test event back, for nobody else, and leaves no listener behind', async () => {
    const { id } = await service.api.createWebhook({ url: 'http://127.0.0.1:9/hooks' });

    const finding = await roundTrip({ api: service.api, signal: forever });

    expect(finding).toMatchObject({
      status: 'ok',
      seen: expect.stringMatching(/^a Test event came back .* in \d+ ms$/),
    });
    expect(await listeners()).toEqual([]);
    const { notifications } = await service.api.notifications({ webhook: id });
    expect(notifications).toEqual([]);
  });

  test('that gets no tunnel says why, and leaves no listener behind', async () => {
    // Everything of the API is there; where the tunnel should be, nothing listens.
    class WithoutTunnel extends ApiClient {
      override async openListener(...args: Parameters<ApiClient['openListener']>) {
        return { ...(await super.openListener(...args)), tunnelUrl: 'ws://127.0.0.1:1/tunnel' };
      }
    }
    const api = new WithoutTunnel({ apiUrl: service.url, ...service.credentials, userAgent: 'test' });

    expect(await roundTrip({ api, signal: forever, limit: 300 })).toMatchObject({
      status: 'failed',
      seen: 'no tunnel came up within 0.3 s: 127.0.0.1:1 cannot be reached: nothing listens there',
      exitCode: 1,
    });
    expect(await listeners()).toEqual([]);
  });

  test('that is ended leaves no listener behind', async () => {
    const stopping = new AbortController();
    const trip = roundTrip({ api: service.api, signal: stopping.signal });
    stopping.abort();
    expect((await trip).status).not.toBe('failed');
    expect(await listeners()).toEqual([]);
  });
});

describe('the service', () => {
  test('is told with its version, and its time is compared', async () => {
    const { finding, clockOffset } = await lookAtService(service.url, sendJson);
    expect(finding).toMatchObject({ status: 'ok', seen: expect.stringContaining(`calreply ${VERSION} answers`) });
    expect(Math.abs(clockOffset ?? Infinity)).toBeLessThan(2_000);
  });

  test('is not taken for something else that answers there', async () => {
    const url = await listening(
      createHttpServer((_, answer) => answer.end('{"status":"ok"}')),
      'http',
    );
    expect((await lookAtService(url, sendJson)).finding).toMatchObject({
      status: 'failed',
      seen: expect.stringContaining('(status 200) is not a calreply service'),
      exitCode: 5,
    });
  });

  test('is told apart from a server with a certificate that nobody vouches for', async ({ skip }) => {
    const folder = temporaryFolder();
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const args = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      '-subj',
      '/CN=localhost',
    ];
    try {
      execFileSync('openssl', args, { stdio: 'ignore' });
    } catch {
      skip('no openssl on this machine');
    }
    const options = { key: readFileSync(key), cert: readFileSync(cert) };
    const url = await listening(
      createServer(options, (_, answer) => answer.end()),
      'https',
    );

    expect((await lookAtService(url, sendJson)).finding).toMatchObject({
      status: 'failed',
      seen: expect.stringContaining('nobody whom this machine trusts'),
      advice: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    });
  });
});

/** Starts a server for the rest of the test. */
async function listening(server: Server, protocol: 'http' | 'https'): Promise<string> {
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `${protocol}://localhost:${(server.address() as AddressInfo).port}`;
}
