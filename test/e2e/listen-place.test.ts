import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { CreatedWebhook, TriggeredEvent } from '../../src/api/contract.js';
import type { ListenJson, ReadyJson } from '../../src/cli/output/listen-json.js';
import type { PlacedJson } from '../../src/cli/output/place.js';
import { eventually } from '../helpers/eventually.js';
import { failure } from '../helpers/failure.js';
import { Home } from '../helpers/home.js';
import { startReceivingApp, verified } from '../helpers/receiving-app.js';

type Connected = Extract<ListenJson, { type: 'connected' }>;

interface ReadyFile {
  readonly pid: number;
}

const machine = new Home(afterAll);

beforeAll(async () => {
  await machine.serve();
});

const listen = (name: string, port: number, ...flags: string[]) =>
  machine.start(['listen', '--forward-to', String(port), '--name', name, '--json', ...flags]);

async function trigger(to: string): Promise<string> {
  return (await machine.json<TriggeredEvent>(['events', 'trigger', 'test', '--to', to])).event.eventId;
}

test('--no-backlog skips what waited, and --since brings it again, to a person in a sentence each', async () => {
  const app = await startReceivingApp(onTestFinished);
  const first = listen('placed', app.port);
  const { listener } = await first.jsonLine<ReadyJson>('ready');
  await first.stop('SIGTERM');
  const sent = [await trigger(listener.webhookId), await trigger(listener.webhookId)];

  const second = listen('placed', app.port, '--no-backlog');
  expect(await second.jsonLine<PlacedJson>('placed')).toMatchObject({ start: 'now', skipped: 2, replayed: 0 });
  expect(await second.jsonLine<Connected>('connected')).toMatchObject({ missed: 0, awayMs: expect.any(Number) });
  await second.stop('SIGTERM');
  expect(app.received).toEqual([]);

  const third = machine.start(['listen', '--forward-to', String(app.port), '--name', 'placed', '--since', '10m']);
  await third.line(/^Starting from .* \(10m ago\): 2 events come again\.$/, 'stderr');
  const arrived = await app.arrived(2);
  expect(arrived.map(({ headers }) => headers['webhook-id'])).toEqual(sent);
  await third.stop('SIGTERM');
});

test('--sign-as signs with the secret of another webhook, which is named by its URL', async () => {
  const app = await startReceivingApp(onTestFinished);
  const url = 'http://127.0.0.1:9/production';
  const { secret } = await machine.json<CreatedWebhook>(['webhooks', 'add', url, '--events', 'unsubscribe']);
  const running = listen('signed', app.port, '--sign-as', url);
  const { listener } = await running.jsonLine<ReadyJson>('ready');
  const eventId = await trigger(listener.webhookId);
  const [request] = await app.arrived(1);
  if (!request) throw new Error('nothing arrived');
  expect(verified(secret, request)).toMatchObject({ eventId });
});

test('--takeover takes a listener with its ready file, which then says who is ready now', async () => {
  const app = await startReceivingApp(onTestFinished);
  const path = join(machine.work, 'taken.json');
  const isOf = (pid: number) => existsSync(path) && (JSON.parse(readFileSync(path, 'utf8')) as ReadyFile).pid === pid;
  const first = listen('taken', app.port, '--ready-file', path);
  await eventually('the file of the first', () => isOf(first.pid));

  const second = listen('taken', app.port, '--ready-file', path, '--takeover');
  await eventually('the file of the second', () => isOf(second.pid));
  expect((await first.ended).exitCode).toBe(7);
  expect(isOf(second.pid)).toBe(true);
  await second.stop('SIGTERM');
  expect(existsSync(path)).toBe(false);
});

describe('is wrong use, and begins nothing:', () => {
  test.each([
    ['--since', '10m', '--no-backlog'],
    ['--concurrency', '4', '--strict-order'],
  ])('%s %s %s', async (...flags) => {
    const args = ['listen', '--forward-to', '1', '--name', 'wrong', ...flags];
    expect(await failure(machine, args)).toMatchObject({ code: 'WrongUse', exitCode: 2 });
  });
});
