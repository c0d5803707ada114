import { expect, onTestFinished, test } from 'vitest';
import type { CreatedWebhook, TriggeredEvent } from '../../src/api/contract.js';
import { eventually } from '../helpers/eventually.js';
import { exchange } from '../helpers/exchange.js';
import { jsonLines } from '../helpers/cli.js';
import { Home } from '../helpers/home.js';
import { closedPort, startReceivingApp } from '../helpers/receiving-app.js';
import { localCredentials, subscribe } from '../helpers/subscribe.js';

interface LogRecord {
  readonly level: string;
  readonly msg: string;
  readonly webhook?: string;
}

test('at its most talkative the log names no secret, no person and no URL of a receiver', async () => {
  const home = new Home(onTestFinished);
  const service = await home.serve({ args: ['--log-level', 'debug'] });
  const { url } = service.serving;
  const app = await startReceivingApp(onTestFinished);
  const { clientId, clientSecret } = localCredentials(home);
  const add = (target: string) =>
    home.json<CreatedWebhook>(['webhooks', 'add', target, '--header', 'X-Key: header-pass-1']);

  const good = await add(`${app.url}/path-pass-2?token=query-pass-3`);
  const down = await add(`http://127.0.0.1:${await closedPort()}/?t=query-pass-6`);
  await subscribe(home, service.serving, { emailAddress: 'dana.secret@example.com', userName: 'user-name-7' });
  const { event } = await home.json<TriggeredEvent>([
    'events',
    'trigger',
    'subscribe',
    '--set',
    'subscription.deviceName=device-name-8',
  ]);
  await app.arrived(2);
  await exchange(`${url}/v1/account?access_token=query-pass-9`, { headers: { authorization: 'Bearer token-pass-10' } });
  await exchange(`${url}/oauth2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `grant_type=client_credentials&client_id=${clientId}&client_secret=secret_pass_11`,
  });
  await exchange(`${url}/no/path-pass-12`, { headers: { cookie: 'cookie-pass-13' } });
  await eventually('the attempts', () => service.stderr().split('"attempt"').length > 4);
  await service.stop('SIGTERM');

  const log = service.stderr();
  const found = [
    good.secret,
    down.secret,
    clientSecret,
    ...(log.match(/[\w-]*pass[-_]\d+/g) ?? []),
    ...['dana.secret', 'user-name-7', 'device-name-8', 'X-Key', 'whsec_', 'Bearer'],
  ].filter((text) => log.includes(text));
  expect(found).toEqual([]);
  const records = jsonLines<LogRecord>(log);
  expect(records.map(({ msg }) => msg)).toEqual(
    expect.arrayContaining(['the service runs', 'request', 'attempt', 'the service stops']),
  );
  // It still says what one looks for.
  expect(records).toContainEqual(expect.objectContaining({ event: event.eventId, webhook: good.id, status: 200 }));
  expect(records.at(-1)).toMatchObject({
    level: 'info',
    msg: 'the service stopped',
    accepted: 2,
    pending: expect.any(Number) as number,
  });
});

test('a service whose log has no reader any more goes on', async () => {
  const home = new Home(onTestFinished);
  // Its standard error is a pipe to a program that has ended.
  const through = ['bash', '-c', 'exec "$@" 2> >(exec true)', 'bash'];
  const service = await home.serve({ args: ['--log-level', 'debug'], through });
  for (let i = 0; i < 3; i += 1) expect((await exchange(`${service.serving.url}/ready`)).status).toBe(200);

  expect((await service.stop('SIGTERM')).exitCode).toBe(143);
});
