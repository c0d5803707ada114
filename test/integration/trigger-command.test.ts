import { beforeAll, expect, test } from 'vitest';
import type { TriggerDryRunJson, TriggerManyJson } from '../../src/cli/output/trigger.js';
import { awayWebhook } from '../helpers/away-webhook.js';
import { everyCommand, runInProcess, type LoadedCommand } from '../helpers/in-process.js';
import { startTestService, type TestService } from '../helpers/service.js';

let service: TestService;
let trigger: LoadedCommand;
let away: string;

beforeAll(async () => {
  service = await startTestService();
  const found = (await everyCommand()).find((command) => command.id === 'events trigger');
  if (!found) throw new Error('There is no such command.');
  trigger = found;
  away = await awayWebhook(service.api);
  return () => service.end();
});

const run = (...args: string[]) =>
  runInProcess(trigger, args, {
    env: {
      CALREPLY_API_URL: service.url,
      CALREPLY_CLIENT_ID: service.credentials.clientId,
      CALREPLY_CLIENT_SECRET: service.credentials.clientSecret,
    },
  });
const kept = async () => (await service.api.events({})).events.length;

test('--dry-run prints one event whole, and many one a line, and sends nothing', async () => {
  const before = await kept();
  const one = await run('subscribe', '--seed', '7', '--dry-run');
  expect(JSON.parse(one.stdout)).toMatchObject({ eventType: 'Subscribe', eventDetails: expect.any(Object) });
  expect([one.exitCode, one.stderr]).toEqual([0, '1 event would be sent. Nothing was sent.\n']);
  expect(one.stdout).toMatch(/^\{\n {2}"eventId"/);

  const { stdout } = await run('--scenario', 'duplicate', '--count', '2', '--dry-run');
  const ids = stdout
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { eventId: string }).eventId);
  expect([ids.length, new Set(ids).size, ids[0] === ids[1]]).toEqual([4, 2, true]);
  const json = JSON.parse((await run('test', '--dry-run', '--json')).stdout) as TriggerDryRunJson;
  expect(json).toMatchObject({ dryRun: true, events: [{ eventType: 'Test' }] });
  expect(await kept()).toBe(before);
});

test('what waits for a listener that is not connected is not waited for, and told', async () => {
  const one = await run('test', '--wait');
  expect(one.stdout).toContain('→ listener:away  waits for listener:away, which is not connected');
  expect([one.exitCode, one.stderr]).toEqual([6, expect.stringContaining('✗ Not delivered: 1 of 1 notification.\n')]);

  const many = await run('test', '--count', '2', '--wait', '--to', away, '--json');
  expect([many.exitCode, JSON.parse(many.stdout) as TriggerManyJson]).toMatchObject([
    6,
    {
      error: { code: 'NotificationFailed', reason: 'Not delivered: 2 of 2 notifications.' },
      outcomes: { delivered: 0, failed: 0, pending: 0, waiting: 2 },
    },
  ]);
});
