import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { CreatedWebhook } from '../../src/api/contract.js';
import type { ListenJson } from '../../src/cli/output/listen-json.js';
import type { TriggerManyJson } from '../../src/cli/output/trigger.js';
import { jsonLines } from '../helpers/cli.js';
import { failure } from '../helpers/failure.js';
import { Home } from '../helpers/home.js';
import { closedPort, startReceivingApp } from '../helpers/receiving-app.js';

const home = new Home(afterAll);

beforeAll(async () => {
  await home.serve();
});

const trigger = (...args: string[]) => home.json<TriggerManyJson>(['events', 'trigger', ...args]);

/** A program of its own behind a webhook. */
async function app(...args: Parameters<typeof startReceivingApp>[1][]) {
  const receiving = await startReceivingApp(onTestFinished, ...args);
  const { id } = await home.json<CreatedWebhook>(['webhooks', 'add', receiving.url, '--events', 'test']);
  const bodies = () => receiving.received.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  return { ...receiving, id, bodies };
}

test('--count sends so many, --wait tells what became of them', async () => {
  const { id, received } = await app();

  const run = await trigger('subscribe', '--count', '20', '--seed', '7', '--to', id, '--wait');

  expect(run).toMatchObject({ sent: 20, resent: 0, total: 20, interrupted: false, notifications: 20 });
  expect(run.outcomes).toEqual({ delivered: 20, failed: 0, pending: 0, waiting: 0, undelivered: [] });
  expect(new Set(received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set(run.eventIds));
});

test('^C stops a run, says how many were sent, and nothing else is sent', async () => {
  const receiving = await app();
  const { id, received } = receiving;
  const args = ['subscribe', '--count', '100000', '--rate', '50/s', '--to', id];
  const running = home.start(['events', 'trigger', ...args, '--json']);
  await receiving.arrived(5);

  const { exitCode, stdout, stderr } = await running.stop('SIGINT');

  expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: '' });
  const { sent, interrupted, eventIds } = JSON.parse(stdout) as TriggerManyJson;
  expect(interrupted).toBe(true);
  expect(eventIds).toHaveLength(sent);
  await receiving.arrived(sent);
  expect(received).toHaveLength(sent);
});

test('a scenario shows each of its events, and what became of it', async () => {
  const { id } = await app();

  const { exitCode, stdout } = await home.run(['events', 'trigger', '--scenario', 'churn', '--to', id, '--wait']);

  expect(exitCode).toBe(0);
  const told = (type: string) => String.raw`✓ ${type} [\w-]{36}\n  ← http:\S+  200  ntf_\w+\n`;
  const types = ['Subscribe', 'SubscriptionDetailsUpdated', 'Unsubscribe', 'Subscribe'];
  expect(stdout).toMatch(
    new RegExp(`^${types.map(told).join('')}✓ Sent 4 events in [^\n]+\\.\n  4 notifications: 4 delivered\\.\n$`),
  );
});

test('the scenario duplicate sends one event twice, and says so', async () => {
  const { id, received } = await app();

  const run = await trigger('--scenario', 'duplicate', '--to', id, '--wait');

  expect(run).toMatchObject({ sent: 1, resent: 1, notifications: 2, outcomes: { delivered: 2 } });
  expect(received.map(({ headers }) => headers['webhook-id'])).toEqual([run.eventIds[0], run.eventIds[0]]);
  const notifications = received.map(({ headers }) => headers['calreply-notification-id']);
  expect(new Set(notifications).size).toBe(2);
});

test('a recording of a listener is sent again, as other events, to the listeners of this machine', async () => {
  const receiving = await startReceivingApp(onTestFinished);
  const listen = home.start(['listen', '--forward-to', receiving.url, '--name', 'recorder', '--json']);
  onTestFinished(async () => {
    await listen.stop('SIGTERM');
  });
  await listen.jsonLine('ready');
  await trigger('test', '--count', '2', '--to', 'mine', '--wait');
  writeFileSync(join(home.work, 'run.ndjson'), listen.stdout());
  const recorded = jsonLines<ListenJson>(listen.stdout()).flatMap((line) =>
    line.type === 'event' ? [line.event] : [],
  );

  const { sent, eventIds } = await trigger('--from', 'run.ndjson', '--to', 'mine', '--wait');

  expect(sent).toBe(2);
  const again = receiving.received.slice(2).map(({ body }) => JSON.parse(body) as { eventId: string });
  expect(again.map(({ eventId }) => eventId)).toEqual(eventIds);
  const withoutId = (event: unknown) => ({ ...(event as object), eventId: undefined });
  expect(again.map(withoutId)).toEqual(recorded.map(withoutId));
  expect(recorded.map((event) => (event as { eventId: string }).eventId)).not.toContain(eventIds[0]);
});

test('--wait ends with 6 when one was not delivered, and --json has the whole result', async () => {
  const url = `http://127.0.0.1:${await closedPort()}/hooks`;
  const { id } = await home.json<CreatedWebhook>(['webhooks', 'add', url, '--events', 'test']);
  const args = ['events', 'trigger', 'test', '--count', '12', '--to', id, '--wait'];

  const [forPerson, forProgram] = [await home.run(args), await home.run([...args, '--json'])];

  expect([forPerson.exitCode, forProgram.exitCode]).toEqual([6, 6]);
  expect(forPerson.stdout).toContain('12 notifications: 0 delivered, 12 pending.\n');
  expect(forPerson.stdout.match(/the connection was refused, (due now|next try in \d s) {2}ntf_/g)).toHaveLength(5);
  expect(forPerson.stderr).toMatch(/^✗ Not delivered: 12 of 12 notifications\.\n {2}See why: .* show ntf_\w+\n$/);
  const { sent, error, outcomes } = JSON.parse(forProgram.stdout) as TriggerManyJson;
  expect({ sent, pending: outcomes?.pending }).toEqual({ sent: 12, pending: 12 });
  expect(error).toMatchObject({ code: 'NotificationFailed', reason: 'Not delivered: 12 of 12 notifications.' });
  expect(outcomes?.undelivered[0]).toMatchObject({ lastStatus: null, lastError: 'connection_refused' });
});

describe('says what is wrong when', () => {
  test('flags exclude each other', async () => {
    expect(await failure(home, ['events', 'trigger', '--data', 'x', '--seed', '7'])).toMatchObject({
      exitCode: 2,
      reason: '--seed and --data do not go together.',
    });
  });

  test('the first event is refused: nothing was sent', async () => {
    const failed = await failure(home, ['events', 'trigger', 'test', '--count', '50', '--set', 'nothing=1']);
    expect(failed).toMatchObject({
      exitCode: 2,
      reason: expect.stringMatching(/^Nothing in this event is called “nothing”\. It has: actionType, /),
    });
  });

  test('a line of a recording holds no event: what came before it was sent', async () => {
    writeFileSync(join(home.work, 'bad.ndjson'), '{"eventType":"Test","eventDetails":{}}\n{"eventType":"Test"}\n');

    const { exitCode, stdout, stderr } = await home.run(['events', 'trigger', '--from', 'bad.ndjson']);

    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/^✗ Stopped after 1 event in \d+ ms\.$/m);
    expect(stderr).toMatch(/^✗ Line 2 of bad\.ndjson holds no event\.\n/);
    const forProgram = await home.run(['events', 'trigger', '--from', 'bad.ndjson', '--json']);
    expect(forProgram).toMatchObject({ exitCode: 2, stderr: '' });
    expect(JSON.parse(forProgram.stdout)).toMatchObject({
      sent: 1,
      error: { code: 'WrongUse', reason: 'Line 2 of bad.ndjson holds no event.' },
    });
  });

  test('no listener of this machine is connected', async () => {
    const elsewhere = new Home(onTestFinished);
    const { serving } = await elsewhere.serve();
    expect(await failure(elsewhere, ['events', 'trigger', 'test', '--to', 'mine'])).toEqual({
      exitCode: 4,
      code: 'NotFound',
      reason: `No listener of this machine is connected to ${serving.url}.`,
      hint: 'Start one with: calreply listen --forward-to 3000',
    });
  });
});
