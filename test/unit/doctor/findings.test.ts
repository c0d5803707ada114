import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { certificateFinding } from '../../../src/doctor/certificate.js';
import { clockFinding } from '../../../src/doctor/clock.js';
import { lookAtConfigFolder } from '../../../src/doctor/config-folder.js';
import { profileFinding, programFinding } from '../../../src/doctor/examine.js';
import { lookAtLocalApp, lookAtOpenPorts } from '../../../src/doctor/local-app.js';
import { proxyFinding } from '../../../src/doctor/proxy.js';
import { lookAtService } from '../../../src/doctor/service.js';
import { proxyFor } from '../../../src/util/proxy.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

/** A server on one address of this machine; the port is any that is free. */
async function serverAt(host: string): Promise<number> {
  const server = createServer((_, answer) => answer.end());
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

test('the program is in order on the oldest Node that it works on, and not before', () => {
  const status = (node: string) => programFinding('1.0.0', node).status;
  expect(['20.19.0', '22.0.0', '24.1.0'].map(status)).toEqual(['ok', 'ok', 'ok']);
  expect(['20.18.9', '18.20.0'].map(status)).toEqual(['warning', 'warning']);
});

test('a profile that the environment goes before is told in whole sentences', () => {
  const context = {
    apiUrl: 'https://env.example.com',
    profile: null,
    account: undefined,
    clientId: 'env-id',
    clientSecret: 'env-secret',
    tokens: undefined,
    credentialsFrom: 'environment',
    serviceFrom: 'environment',
    profileFrom: null,
    isLocal: false,
    notice: 'CALREPLY_API_URL and CALREPLY_CLIENT_ID from the environment go before profile work.',
  } as const;
  expect(profileFinding(context)).toMatchObject({
    status: 'ok',
    seen: `none is used: https://env.example.com as env-id, by CALREPLY_CLIENT_ID and CALREPLY_CLIENT_SECRET. ${context.notice}`,
  });
});

describe('clocks', () => {
  test.each([
    [0, 'ok', 'the same time'],
    [-1_400, 'ok', 'the same time'],
    [29_000, 'ok', '29 s behind'],
    [-31_000, 'warning', '31 s ahead of'],
    [299_000, 'warning', 'from 300 s on'],
    [301_000, 'failed', '301 s behind'],
  ])('that differ by %s ms are %s', (offset, status, words) => {
    expect(clockFinding(offset)).toMatchObject({ status, seen: expect.stringContaining(words) });
  });

  test('are not compared when the service tells no time', () => {
    expect(clockFinding(undefined).status).toBe('skipped');
  });
});

test('a certificate is warned of two weeks before it ends', () => {
  const now = Date.parse('2026-11-23T12:00:00Z');
  const finding = (until: string) => certificateFinding(Date.parse(until), 'Some Authority', now);
  expect(finding('2027-01-25T12:00:00Z')).toMatchObject({
    status: 'ok',
    seen: 'holds for 63 days (until 2027-01-25), issued by Some Authority',
  });
  expect(finding('2026-11-24T13:00:00Z')).toMatchObject({
    status: 'warning',
    seen: expect.stringMatching(/^holds for 1 day /),
  });
});

describe('the proxy', () => {
  const variable = (name: string, value?: string) => (value ? { name, value } : undefined);
  const variables = (http?: string, https?: string, except?: string) => ({
    http: variable('HTTP_PROXY', http),
    https: variable('HTTPS_PROXY', https),
    except,
  });
  const service = new URL('https://api.example.com');

  test.each<[string, ReturnType<typeof variables>, string, string | undefined]>([
    ['none', variables(), 'https://api.example.com', undefined],
    ['the one for https', variables('http://a:1', 'http://b:2'), 'https://api.example.com', 'http://b:2'],
    ['the one for http', variables('http://a:1', 'http://b:2'), 'http://127.0.0.1:4280', 'http://a:1'],
    ['the one for http, for https too', variables('http://a:1'), 'https://api.example.com', 'http://a:1'],
    ['none for http, when only https has one', variables(undefined, 'http://b:2'), 'http://127.0.0.1', undefined],
    ['none for a name that is excepted', variables('http://a:1', '', 'x.com api.example.com'), service.href, undefined],
    ['none below a name that is excepted', variables('http://a:1', '', 'example.com'), service.href, undefined],
    ['none for all that is excepted by a dot', variables('http://a:1', '', '.example.com'), service.href, undefined],
    ['one for a name that only ends the same', variables('http://a:1', '', 'ample.com'), service.href, 'http://a:1'],
    ['one for another port', variables('http://a:1', '', 'api.example.com:8443'), service.href, 'http://a:1'],
    ['none for the same port', variables('http://a:1', '', 'api.example.com:443'), service.href, undefined],
    ['none at all', variables('http://a:1', '', '*'), service.href, undefined],
  ])('is %s', (_, given, url, expected) => {
    expect(proxyFor(new URL(url), given)?.value).toBe(expected);
  });

  test('is shown without its password', () => {
    const { status, seen } = proxyFinding(service, variables(undefined, 'http://me:hunter2@proxy.example.com:3128'));
    expect({ status, seen }).toEqual({
      status: 'ok',
      seen: 'requests to api.example.com go through http://proxy.example.com:3128',
    });
  });

  test('is warned of where the service is this machine, and told when it is no URL', () => {
    expect(proxyFinding(new URL('http://127.0.0.1:4280'), variables('http://proxy:3128'))).toMatchObject({
      status: 'warning',
      advice: 'Set NO_PROXY=127.0.0.1',
    });
    const local = new URL('http://[::1]:4280');
    expect(proxyFinding(local, variables('http://proxy:3128'))).toMatchObject({ advice: 'Set NO_PROXY=[::1]' });
    expect(proxyFor(local, variables('http://proxy:3128', undefined, '[::1]'))).toBeUndefined();
    expect(proxyFinding(service, variables('socks5://me:hunter2@proxy:1080'))).toMatchObject({
      status: 'failed',
      seen: 'HTTP_PROXY names no HTTP proxy',
      exitCode: 2,
    });
  });
});

describe.skipIf(process.platform === 'win32')('the config folder', () => {
  test('is in order where there is none yet, and where it is its owner’s alone', () => {
    const folder = temporaryFolder();
    expect(lookAtConfigFolder(join(folder, 'none'))).toMatchObject({
      status: 'ok',
      seen: expect.stringContaining('not there yet'),
    });
    expect(lookAtConfigFolder(folder)).toMatchObject({ status: 'ok', seen: `${folder} (mode 0700)` });
  });

  test('is warned of when it is open to others', () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o750);
    expect(lookAtConfigFolder(folder)).toMatchObject({ status: 'warning', advice: `Close it: chmod 700 ${folder}` });
  });

  test('is told as it is when a link leads to it, or when it is a file', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'real'), { mode: 0o700 });
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    writeFileSync(join(folder, 'file'), '');
    expect(lookAtConfigFolder(join(folder, 'link'))).toMatchObject({
      status: 'ok',
      seen: expect.stringContaining('a link to'),
    });
    expect(lookAtConfigFolder(join(folder, 'file'))).toMatchObject({ status: 'failed' });
  });
});

describe('the local app', () => {
  const nothingOpen = () => Promise.resolve([]);

  test('is told with the address on which it is open', async () => {
    const port = await serverAt('127.0.0.1');
    expect(await lookAtLocalApp(new URL(`http://127.0.0.1:${port}`), nothingOpen)).toMatchObject({ status: 'ok' });
    const { status, seen, advice } = await lookAtLocalApp(new URL(`http://localhost:${port}/hooks`), nothingOpen);
    expect(seen).toContain(`localhost:${port} is open on 127.0.0.1`);
    // Which one localhost is first differs from machine to machine.
    if (status === 'warning') expect(advice).toContain(`127.0.0.1:${port}`);
    else expect(status).toBe('ok');
  });

  test('that is closed is told with the ports that are open', async () => {
    const port = await serverAt('127.0.0.1');
    const closed = await lookAtLocalApp(new URL('http://localhost:1'), () => Promise.resolve([port, 8080]));
    expect(closed).toMatchObject({ status: 'failed', seen: 'nothing listens at localhost:1', exitCode: 1 });
    expect(closed.advice).toContain(`Open here: ${port}, 8080.`);
  });

  test('that is on another machine is not told to be started here', async () => {
    const { seen, advice } = await lookAtLocalApp(new URL('http://app.invalid:3000'), () => Promise.resolve([8080]));
    expect(seen).toBe('nothing answers at app.invalid:3000');
    expect(advice).toMatch(/^It is not on this machine: check the address/);
  });

  test('is not missed when none was named', async () => {
    expect(await lookAtOpenPorts(nothingOpen)).toMatchObject({
      status: 'skipped',
      seen: expect.stringContaining('none'),
    });
    expect(await lookAtOpenPorts(() => Promise.resolve([3000]))).toMatchObject({
      status: 'ok',
      seen: 'port 3000 of this machine is open',
    });
  });
});

describe('a service that cannot be reached', () => {
  const look = async (error: Error, proxy?: URL) =>
    (await lookAtService('https://api.example.com', () => Promise.reject(error), proxy)).finding;

  test.each([
    ['ENOTFOUND', 'the name api.example.com is not known'],
    ['ECONNREFUSED', 'nothing listens at api.example.com'],
    ['CERT_HAS_EXPIRED', 'the certificate of api.example.com has ended'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'nobody whom this machine trusts'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'the certificate is not for api.example.com'],
    ['ESOMETHING', 'cannot be reached: ESOMETHING'],
  ])('for %s is told with what to do', async (code, words) => {
    const finding = await look(Object.assign(new Error(code), { code }));
    expect(finding).toMatchObject({ status: 'failed', seen: expect.stringContaining(words), exitCode: 5 });
    expect(finding.advice).not.toBeNull();
  });

  test('through a proxy names the proxy, without its password', async () => {
    const error = Object.assign(new Error('no'), { code: 'ECONNREFUSED' });
    const { seen } = await look(error, new URL('http://me:hunter2@proxy.example.com:3128'));
    expect(seen).toContain('through the proxy http://proxy.example.com:3128');
  });
});
