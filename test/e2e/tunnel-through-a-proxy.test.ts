import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { TriggeredEvent } from '../../src/api/contract.js';
import type { DoctorJson } from '../../src/cli/output/doctor.js';
import type { ReadyJson } from '../../src/cli/output/listen-json.js';
import { Home } from '../helpers/home.js';
import { startHttpProxy } from '../helpers/http-proxy.js';
import { startReceivingApp, type ReceivingApp } from '../helpers/receiving-app.js';
import { localCredentials } from '../helpers/subscribe.js';

const machine = new Home(afterAll);
/** Nothing listens there; only the proxy knows where the service is. */
const ADDRESS = '127.0.0.2';
let port: string;

beforeAll(async () => {
  port = new URL((await machine.serve()).serving.url).port;
});

/** A proxy that wants a login, and the environment of somebody who reaches the service through it alone. */
async function proxied() {
  const proxy = await startHttpProxy(onTestFinished, { login: 'me:p@ss', names: { [ADDRESS]: '127.0.0.1' } });
  const { clientId, clientSecret } = localCredentials(machine);
  const env = {
    HTTP_PROXY: proxy.url.replace('//', '//me:p%40ss@'),
    CALREPLY_API_URL: `http://${ADDRESS}:${port}`,
    CALREPLY_CLIENT_ID: clientId,
    CALREPLY_CLIENT_SECRET: clientSecret,
  };
  return { proxy, env };
}

const listenAs = (name: string, app: ReceivingApp, env: Readonly<Record<string, string>>) =>
  machine.start(['listen', '--forward-to', String(app.port), '--name', name, '--json'], { env });

describe('a listener', () => {
  test('reaches a service through the proxy that HTTP_PROXY names, and shows the password of it nowhere', async () => {
    const { proxy, env } = await proxied();
    const app = await startReceivingApp(onTestFinished);
    const listen = listenAs('office', app, env);
    const { listener } = await listen.jsonLine<ReadyJson>('ready');
    const { event } = await machine.json<TriggeredEvent>(['events', 'trigger', 'test', '--to', listener.webhookId]);
    const [request] = await app.arrived(1);
    expect(request?.headers['webhook-id']).toBe(event.eventId);

    proxy.cut();
    await listen.jsonLine<{ again: boolean }>('connected', ({ again }) => again);
    const { stdout, stderr } = await listen.stop('SIGINT');
    expect(stdout + stderr).not.toMatch(/p@ss|p%40ss/);
    // The local app is never looked for behind a proxy.
    expect(new Set(proxy.asked)).toEqual(new Set([`${ADDRESS}:${port}`]));
  });

  test('goes past the proxy to a host that NO_PROXY names', async () => {
    const { proxy, env } = await proxied();
    const app = await startReceivingApp(onTestFinished);
    const CALREPLY_API_URL = `http://127.0.0.1:${port}`;
    const listen = listenAs('home', app, { ...env, CALREPLY_API_URL, NO_PROXY: '127.0.0.1' });
    await listen.jsonLine('connected');
    expect(proxy.asked).toEqual([]);
  });
});

test('the doctor opens its tunnel through the same proxy', async () => {
  const { env } = await proxied();
  const { stdout } = await machine.run(['doctor', '--json'], { env });
  const { checks } = JSON.parse(stdout) as DoctorJson;
  expect(checks.find(({ name }) => name === 'tunnel')).toMatchObject({ status: 'ok' });
});
