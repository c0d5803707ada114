import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { isAlive } from '../../src/util/is-alive.js';
import { eventually } from '../helpers/eventually.js';
import { Home } from '../helpers/home.js';
import { loadedBy } from '../helpers/loaded-modules.js';
import { startReceivingApp } from '../helpers/receiving-app.js';

const home = new Home(afterAll);

beforeAll(async () => {
  await home.serve();
});

/** A line for a shell that runs a program of Node, which gets on without quotes of the shell's own. */
const node = (program: string) => `"${process.execPath}" -e '${program}'`;

describe('--exec', () => {
  test('runs a command while it listens, and ends with 0 when all that was expected came', async () => {
    const app = await startReceivingApp(onTestFinished);
    const posts = 'fetch(process.env.CALREPLY_INBOX_URL, { method: "POST", body: process.env.CALREPLY_LISTENER })';
    const args = ['listen', '--forward-to', String(app.port), '--name', 'ci', '--expect', 'inbox=1'];

    const { exitCode, stdout, stderr } = await home.run([
      ...args,
      '--exec',
      node(`${posts}.then(() => console.log("sent"))`),
    ]);

    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: expect.stringMatching(/\n✓ As expected: 1 × Inbox\.\nStopped\. Listener “ci” keeps its place: .*\.\n$/),
    });
    expect(app.received).toMatchObject([{ body: 'ci' }]);
    expect(stdout).toContain('sent\n');
  });

  test.each([
    ['^C', 'SIGINT', 130],
    ['the end of its terminal', 'SIGHUP', 129],
  ] as const)('ends with its listener at %s, with all it has started', async (_, signal, code) => {
    const app = await startReceivingApp(onTestFinished);
    const ready = join(home.work, 'ready.json');
    // The shell waits for it, and does not take its place.
    const waits = `${node('setInterval(() => {}, 1000); console.log("pid " + process.pid)')}; true`;
    const args = ['listen', '--forward-to', String(app.port), '--name', 'ci-2', '--ready-file', ready];
    const listen = home.start([...args, '--exec', waits]);
    const [, pid = ''] = /^pid (\d+)$/.exec(await listen.line(/^pid \d+$/)) ?? [];
    expect(JSON.parse(readFileSync(ready, 'utf8'))).toMatchObject({ pid: listen.pid, listener: { name: 'ci-2' } });

    const { exitCode, stderr } = await listen.stop(signal);

    expect({ exitCode, stderr }).toEqual({
      exitCode: code,
      stderr: expect.stringContaining('\nStopped. Listener “ci-2”'),
    });
    await eventually('the command to be gone', () => !isAlive(Number(pid)));
    expect(existsSync(ready)).toBe(false);
  });
});

describe('--replay', () => {
  const recorded = (id: string, body: string) =>
    `${JSON.stringify({
      type: 'event',
      at: '2026-11-28T01:02:03.456Z',
      notification: id,
      attempt: 1,
      eventType: 'Inbox',
      event: null,
      method: 'POST',
      path: '/orders',
      query: '',
      headers: [['content-type', 'text/plain']],
      bodyBase64: Buffer.from(body).toString('base64'),
    })}\n`;

  test('plays what comes in by a pipe, where nobody is logged in and no service is', async () => {
    const nowhere = new Home(onTestFinished);
    const app = await startReceivingApp(onTestFinished);
    const args = ['listen', '--forward-to', `${app.port}/hooks`, '--replay', '-'];

    const { exitCode, stdout, stderr } = await nowhere.run(args, {
      input: recorded('ntf_1', 'a') + recorded('ntf_2', 'b'),
    });

    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: `Playing standard input to http://localhost:${app.port}/hooks · ^C to quit\n\n2 deliveries: 2 answered 2xx, 0 failed.\nPlayed 2 notifications.\n`,
    });
    expect(app.received.map(({ url, body }) => `${url} ${body}`)).toEqual(['/hooks/orders a', '/hooks/orders b']);
    expect(stdout.match(/← 200/g)).toHaveLength(2);
    expect(existsSync(nowhere.configFolder)).toBe(false);
  });

  test('loads nothing of the service, and nothing that connects to one', async () => {
    const app = await startReceivingApp(onTestFinished);
    const file = join(home.work, 'run.ndjson');
    writeFileSync(file, recorded('ntf_1', 'a'));

    const { packages, sources } = await loadedBy(home, ['listen', '--forward-to', String(app.port), '--replay', file]);

    expect(packages).not.toContain('ws');
    expect(sources.filter((source) => /^src\/(api\/(?!client|session)|store|server|delivery)/.test(source))).toEqual(
      [],
    );
  });
});

test('the report of an earlier run is gone also after one that found nowhere to forward to', async () => {
  const report = join(home.work, 'report.xml');
  await home.run(['listen', '--replay', 'none.ndjson', '--forward-to', '9', '--junit', report]);
  writeFileSync(report, '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites></testsuites>\n');

  const { exitCode } = await home.run(['listen', '--junit', report]);

  expect(exitCode).toBe(2);
  expect(existsSync(report)).toBe(false);
});
