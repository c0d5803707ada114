import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ClosedJson } from '../../src/cli/output/listen-end.js';
import { jsonLines, type Finished } from '../helpers/cli.js';
import { everyCommand, runInProcess, type LoadedCommand } from '../helpers/in-process.js';
import { startReceiver, statuses, type Receiver } from '../helpers/receiver.js';
import { startTestService, type TestService } from '../helpers/service.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { waitUntil } from '../helpers/wait-until.js';

/* The command as a test uses it: with a beginning that can be seen, and an end that says how it went. */

let service: TestService;
let commands: readonly LoadedCommand[];

beforeAll(async () => {
  service = await startTestService();
  commands = await everyCommand();
  return () => service.end();
});

const login = () => ({
  CALREPLY_API_URL: service.url,
  CALREPLY_CLIENT_ID: service.credentials.clientId,
  CALREPLY_CLIENT_SECRET: service.credentials.clientSecret,
});

function run(id: string, args: readonly string[], env: Readonly<Record<string, string>> = login()): Promise<Finished> {
  const command = commands.find((one) => one.id === id);
  if (command === undefined) throw new Error(`there is no ${id}`);
  return runInProcess(command, args, { env });
}

interface Ready {
  readonly inboxUrl: string;
  readonly secret: string;
  readonly pid: number;
  readonly listener: { readonly id: string; readonly webhookId: string };
}

/** Runs a listener of its own name; what a test does once it is ready, by its ready file. */
async function listen(app: Receiver, flags: readonly string[], whenReady: (ready: Ready) => Promise<unknown>) {
  const folder = temporaryFolder();
  const readyFile = join(folder, 'ready.json');
  const report = join(folder, 'junit.xml');
  const recording = join(folder, 'run.ndjson');
  const common = ['--forward-to', `${app.url}/hooks`, '--name', `ci-${app.port}`, '--ready-file', readyFile];
  const running = run('listen', [...common, '--junit', report, '--save', recording, '--json', ...flags]);
  await waitUntil('the listener is ready', () => existsSync(readyFile));
  expect(statSync(readyFile).mode & 0o777).toBe(0o600);
  const ready = JSON.parse(readFileSync(readyFile, 'utf8')) as Ready;
  await whenReady(ready);
  const { exitCode, stdout } = await running;
  expect(existsSync(readyFile)).toBe(false);
  const closed = jsonLines<ClosedJson>(stdout).at(-1);
  return { ready, exitCode, closed, stdout, junit: readFileSync(report, 'utf8'), recording };
}

const trigger = (eventType: 'Subscribe' | 'Unsubscribe', { listener }: Ready) =>
  service.api.triggerEvent({ eventType, to: [listener.webhookId] });

test('ends with 0 when everything that is expected was answered 2xx, and reports it', async () => {
  const app = await startReceiver();

  const { exitCode, closed, junit, ready, stdout } = await listen(
    app,
    ['--expect', 'subscribe=2', '--expect', 'inbox=1+'],
    async (is) => {
      await Promise.all([trigger('Subscribe', is), trigger('Subscribe', is)]);
      await fetch(is.inboxUrl, { method: 'POST', body: 'hello' });
    },
  );

  expect(exitCode).toBe(0);
  expect(closed).toMatchObject({
    type: 'closed',
    exitCode: 0,
    command: null,
    expectations: [
      { expectation: 'subscribe=2', answered: 2, met: true },
      { expectation: 'inbox=1+', answered: 1, met: true },
    ],
    error: null,
  });
  expect(junit).toContain('tests="5" failures="0" errors="0" skipped="0"');
  expect(ready).toMatchObject({ pid: process.pid, secret: expect.stringMatching(/^whsec_/) });
  expect(stdout).not.toContain(ready.secret);
});

test('ends with 6 and a sentence when the time is over', async () => {
  const app = await startReceiver({ answer: statuses(200, 500) });

  const { exitCode, closed, junit } = await listen(
    app,
    ['--expect', 'subscribe=2', '--expect', 'unsubscribe=0', '--within', '700ms'],
    async (ready) => {
      await trigger('Subscribe', ready);
      await trigger('Subscribe', ready);
    },
  );

  expect(exitCode).toBe(6);
  expect(closed?.error).toMatchObject({
    code: 'ExpectationNotMet',
    reason: expect.stringMatching(
      /^Expected 2 × Subscribe, 1 was answered 2xx \(1 more was answered 500: ntf_\w{26}\)\.$/,
    ),
  });
  expect(junit).toContain('failures="2"');
});

test('ends with 9 when the command of --exec fails, whose result goes to stderr', async () => {
  const app = await startReceiver();

  const { exitCode, closed, junit } = await listen(app, ['--exec', 'sleep 0.1; exit 4'], () => Promise.resolve());

  expect(exitCode).toBe(9);
  expect(closed).toMatchObject({
    command: { exitCode: 4, signal: null },
    error: { code: 'CommandFailed', reason: 'The command “sleep 0.1; exit 4” ended with 4.' },
  });
  expect(junit).toContain('<error message="The command “sleep 0.1; exit 4” ended with 4."/>');
});

test('writes its report, and takes the ready file away, when the listener is taken off', async () => {
  const app = await startReceiver();

  const { exitCode, junit, stdout } = await listen(app, ['--expect', 'subscribe=2'], async (ready) => {
    await trigger('Subscribe', ready);
    await waitUntil('it was delivered', () => app.requests.length === 1);
    await service.api.removeListener(ready.listener.id);
  });

  expect(exitCode).toBe(7);
  // What came is told also by a run that breaks off.
  expect(jsonLines<{ type: string }>(stdout).at(-2)).toMatchObject({ type: 'report', deliveries: 1 });
  expect(junit).toContain('<error message="This listener was taken off."/>');
});

describe('what --save recorded', () => {
  /** A recording of a Subscribe and of a request at the inbox. */
  async function recorded() {
    const app = await startReceiver();
    const run = await listen(app, ['--expect', 'any=2'], async (ready) => {
      await trigger('Subscribe', ready);
      await fetch(`${ready.inboxUrl}/orders?a=%20b`, { method: 'POST', body: 'x\r\n', headers: { 'X-Own': '1' } });
    });
    expect(run.exitCode).toBe(0);
    return { ...run, requests: app.requests };
  }

  test('is sent as new events by events trigger --from, but for what came in at the inbox', async () => {
    const { recording, requests } = await recorded();
    const before = (await service.api.events({})).events.length;

    const { exitCode, stderr } = await run('events trigger', ['--from', recording]);

    expect(exitCode).toBe(0);
    expect(stderr).toBe(
      '1 request came in at an inbox and is no Event Object: it was not sent. Play it with: calreply listen --replay FILE\n',
    );
    const { events } = await service.api.events({});
    expect(events).toHaveLength(before + 1);
    const original = JSON.parse(requests[0]?.body.toString() ?? '') as { eventId: string; eventDetails: unknown };
    const again = await service.api.event(events[0]?.eventId ?? '');
    expect(again.event).toMatchObject({ eventDetails: original.eventDetails });
    expect(again.eventId).not.toBe(original.eventId);
  });

  test('is played as it was, without any request but those to the app', async () => {
    const { recording, requests: original, ready } = await recorded();
    const closed = await startReceiver();
    const app = await startReceiver();
    const config = temporaryFolder();

    const { exitCode, stdout } = await run(
      'listen',
      ['--forward-to', `${app.url}/hooks`, '--replay', recording, '--json', '--expect', 'subscribe=1'],
      {
        ...login(),
        CALREPLY_API_URL: closed.url,
        HTTP_PROXY: closed.url,
        CALREPLY_CONFIG_DIR: join(config, 'config'),
        CALREPLY_DATA_DIR: join(config, 'data'),
        CALREPLY_WEBHOOK_SECRET: ready.secret,
      },
    );

    expect(exitCode).toBe(0);
    expect(closed.requests).toEqual([]);
    expect(readdirSync(config)).toEqual([]);
    const sameBut = ({ rawHeaders, method, url, body }: Receiver['requests'][number]) => ({
      method,
      url,
      body,
      headers: rawHeaders.filter(
        (_, i) => !/^(host|webhook-timestamp|webhook-signature)$/i.test(rawHeaders[i - (i % 2)] ?? ''),
      ),
    });
    expect(app.requests.map(sameBut)).toEqual(original.map(sameBut));
    expect(jsonLines<{ type: string }>(stdout).map(({ type }) => type)).toEqual([
      'replaying',
      ...['event', 'forwarded', 'event', 'forwarded'],
      'report',
      'closed',
    ]);
  });

  test('that is answered with a failure ends a replay with 6', async () => {
    const { recording } = await recorded();
    const app = await startReceiver({ answer: statuses(400, 200) });

    const { exitCode, stderr } = await run('listen', ['--forward-to', app.url, '--replay', recording]);

    expect(exitCode).toBe(6);
    expect(stderr).toMatch(/^Playing .*run\.ndjson to http:\/\/127\.0\.0\.1:\d+\/ · \^C to quit\n/);
    expect(stderr).toContain('Set CALREPLY_WEBHOOK_SECRET');
    expect(stderr).toMatch(/Played 2 notifications\.\n✗ 1 notification was answered 400: ntf_\w{26}\.\n$/);
  });
});

describe('is refused with 2 before anything is started', () => {
  test.each([
    [
      'a ready file in no folder',
      ['--ready-file', '/none/ready.json'],
      'The ready file /none/ready.json cannot be written',
    ],
    ['a report in no folder', ['--junit', '/none/junit.xml'], 'The report /none/junit.xml cannot be written'],
    ['a recording in no folder', ['--save', '/none/run.ndjson'], 'Nothing can be recorded to /none/run.ndjson'],
    [
      'a type that there is not',
      ['--expect', 'subscrib=1'],
      '“subscrib” in --expect subscrib=1 is not a type of event.',
    ],
    ['a span that is none', ['--expect', 'any=1', '--within', '30'], '--within takes a length of time up to a day'],
    ['a span for nothing', ['--within', '30s'], '--within is for what is expected: nothing is.'],
    ['a recording that is not there', ['--replay', '/none/run.ndjson'], '/none/run.ndjson cannot be read'],
    ['a rate for no recording', ['--rate', '10/s'], '--rate'],
    ['a replay that is to run a command', ['--replay', '-', '--exec', 'true'], '--exec'],
    ['a replay from a profile', ['--replay', '-', '--local'], '--local'],
    ['going on with no recording', ['--append'], '--append'],
  ])('%s', async (_, flags, reason) => {
    const unreachable = {
      CALREPLY_API_URL: 'http://127.0.0.1:9',
      CALREPLY_CLIENT_ID: 'x',
      CALREPLY_CLIENT_SECRET: 'x',
    };

    const { exitCode, stderr } = await run('listen', ['--forward-to', '9', ...flags], unreachable);

    expect(exitCode).toBe(2);
    expect(stderr).toContain(reason);
  });

  test.each([
    ...[['--drop', '5%'], ['--since', '10m'], ['--no-backlog'], ['--takeover'], ['--concurrency', '2']],
    ...[['--strict-order'], ['--sign-as', 'whk_1'], ['--write-env', '.env']],
  ])('%s with a replay, to which it would do nothing', async (...flags) => {
    const { exitCode, stderr } = await run('listen', ['--forward-to', '9', '--replay', '-', ...flags], {});

    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(String(flags[0]))]);
  });

  test('a replay with stale copies that nobody can sign', async () => {
    const { exitCode, stderr } = await run('listen', ['--forward-to', '9', '--replay', '-', '--stale', '10m'], {});

    expect(exitCode).toBe(2);
    expect(stderr).toContain('--stale signs copies, and there is no CALREPLY_WEBHOOK_SECRET to sign them with.');
  });

  test('a replay that is to be signed with what is no secret', async () => {
    const flags = ['--forward-to', '9', '--replay', '-'];

    const { exitCode, stderr } = await run('listen', flags, { CALREPLY_WEBHOOK_SECRET: 'swordfish' });

    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringContaining('CALREPLY_WEBHOOK_SECRET has no secret of a webhook'),
    ]);
    expect(stderr).not.toContain('swordfish');
  });
});
