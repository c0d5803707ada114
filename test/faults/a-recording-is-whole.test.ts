import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { ReadyJson } from '../../src/cli/output/listen-json.js';
import { eventually } from '../helpers/eventually.js';
import { Home } from '../helpers/home.js';
import { startReceivingApp } from '../helpers/receiving-app.js';
import { noSmallDisk, smallDisk } from '../helpers/small-disk.js';

const home = new Home(afterAll);

beforeAll(async () => {
  await home.serve();
});

interface Line {
  readonly notification: string;
}

/** The notifications in a recording. Every line is JSON; the last one may be cut short when `mayBeTorn`. */
function recordedIn(text: string, { mayBeTorn = false } = {}): readonly string[] {
  const lines = text.split('\n');
  const last = lines.pop();
  if (!mayBeTorn) expect(last).toBe('');
  return lines.map((line) => (JSON.parse(line) as Line).notification);
}

test('a listener that is killed under load has recorded all that the app was sent', async () => {
  const app = await startReceivingApp(onTestFinished);
  const file = join(home.work, 'killed.ndjson');
  const listen = home.start(['listen', '--forward-to', String(app.port), '--name', 'killed', '--save', file, '--json']);
  const { listener } = await listen.jsonLine<ReadyJson>('ready');
  const load = home.start(['events', 'trigger', 'subscribe', '--count', '2000', '--to', listener.webhookId]);
  await app.arrived(100);

  await listen.stop('SIGKILL');

  const recorded = new Set(recordedIn(readFileSync(file, 'utf8'), { mayBeTorn: true }));
  const sent = app.received.map(({ headers }) => String(headers['calreply-notification-id']));
  expect(sent.filter((id) => !recorded.has(id))).toEqual([]);
  await load.stop('SIGINT');
});

test('a recording ends with a whole line when the disk is full, and forwarding goes on', async (context) => {
  const missing = noSmallDisk();
  if (missing !== undefined) context.skip(missing);
  const folder = join(home.folder, 'disk');
  mkdirSync(folder);
  const disk = smallDisk({ folder, megabytes: 1 });
  const app = await startReceivingApp(onTestFinished);
  const file = join(folder, 'run.ndjson');
  const args = ['listen', '--forward-to', String(app.port), '--name', 'full', '--save', file];
  const listen = home.start(args, { through: disk.through });
  await listen.line(/^Ready\./, 'stderr');
  const trigger = () => home.json(['events', 'trigger', 'subscribe', '--to', 'mine', '--count', '3', '--wait']);
  await trigger();
  disk.fill(listen.pid);

  await trigger();
  disk.free(listen.pid);
  await trigger();

  expect(app.received).toHaveLength(9);
  const text = await eventually('the recording', () => readFileSync(join(`/proc/${listen.pid}/root`, file), 'utf8'));
  const recorded = recordedIn(text);
  const sent = app.received.map(({ headers }) => String(headers['calreply-notification-id']));
  // What is sent at the same time may arrive in another order than it is recorded in: three at a time here.
  for (const [from, to] of [
    [0, 3],
    [3, 6],
    [6, 9],
  ] as const) {
    const those = recorded.slice(from, to);
    expect(sent.slice(from, to)).toEqual(expect.arrayContaining(those));
  }
  expect(new Set(recorded).size).toBe(recorded.length);
  expect(recorded.length).toBeLessThan(9);
  const { exitCode, stderr } = await listen.stop('SIGINT');
  expect(exitCode).toBe(1);
  expect(stderr.match(/^✗ The recording .*$/gm)).toEqual([
    `✗ The recording ${file} ends here: no space is left on its disk.`,
    `✗ The recording ${file} is not of the whole run: no space is left on its disk.`,
  ]);
});
