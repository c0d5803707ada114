import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { forwardProblems, type ForwardProblem } from '../../../src/listen/forward-problems.js';
import { isInContainer, openElsewhere } from '../../../src/listen/look-around.js';
import type { ForwardOutcome } from '../../../src/tunnel/local/forward.js';
import { signed, unsigned } from '../../helpers/deliveries.js';
import { selfSigned } from '../../helpers/self-signed.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { waitUntil } from '../../helpers/wait-until.js';

async function listening(server: Server, host: string): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** What is told of problems, and short words for what happens. */
function watched() {
  const problems: ForwardProblem[] = [];
  const onEvent = forwardProblems((problem) => problems.push(problem));
  const ends = (url: string, outcome: { status: number } | { error: 'timeout' | 'connection_reset' }) =>
    onEvent({
      kind: 'forwarded',
      delivery: signed(),
      outcome: {
        kind: 'status' in outcome ? 'answered' : 'unanswered',
        url,
        answer: '',
        durationMs: 1,
        ...outcome,
      } as ForwardOutcome,
    });
  return { problems, onEvent, ends, told: (count: number) => waitUntil('told', () => problems.length >= count) };
}

const seen = ({ status, error, url }: ForwardProblem) => `${status ?? error} ${new URL(url).pathname}`;

test('a problem is told once, until it changes or goes', async () => {
  const { problems, ends, told } = watched();
  const app = 'http://localhost:3000/hooks';
  for (const status of [401, 401, 404, 404, 200, 404]) ends(app, { status });
  ends(app, { error: 'timeout' });
  ends(app, { error: 'timeout' });
  await told(4);
  expect(problems.map(seen)).toEqual(['401 /hooks', '404 /hooks', '404 /hooks', 'timeout /hooks']);
});

test('each path has its own', async () => {
  const { problems, ends, told } = watched();
  for (const path of ['a', 'b', 'a?c=d', 'b']) ends(`http://localhost:3000/${path}`, { status: 500 });
  await told(2);
  expect(problems.map(seen)).toEqual(['500 /a', '500 /b']);
});

test('a problem of an inbox request says what its path added to the target', async () => {
  const { problems, onEvent, told } = watched();
  const delivery = unsigned({ path: '/github', query: 'a=1' });
  const outcome = {
    kind: 'answered',
    url: 'http://localhost/in/github?a=1',
    status: 307,
    answer: '',
    durationMs: 1,
  } as const;
  onEvent({ kind: 'forwarded', delivery, outcome });
  await told(1);
  expect(problems).toMatchObject([{ eventType: 'Inbox', inboxPath: '/github?a=1' }]);
});

test('what went nowhere is no problem of an app', () => {
  const { problems, onEvent } = watched();
  const outcome = { kind: 'unanswered', url: '', error: 'no_route', durationMs: 0 } as const;
  onEvent({ kind: 'forwarded', delivery: signed(), outcome });
  expect(problems).toEqual([]);
});

test('an app that is down is looked for at the other address of this machine', async () => {
  const port = await listening(createServer(), '::1');
  const { problems, onEvent, told } = watched();
  const target = `http://127.0.0.1:${port}/hooks`;
  onEvent({ kind: 'holding', target, waiting: 1, heldMs: 0 });
  onEvent({ kind: 'holding', target, waiting: 2, heldMs: 60_000 });
  await told(1);
  expect(problems).toMatchObject([{ error: 'connection_refused', openAt: `http://[::1]:${port}/hooks` }]);
  onEvent({ kind: 'resumed', target, waiting: 2 });
  onEvent({ kind: 'holding', target, waiting: 1, heldMs: 0 });
  await told(2);
});

test('and the other way round', async () => {
  const port = await listening(createServer(), '127.0.0.1');
  expect(await openElsewhere(new URL(`http://[::1]:${port}`))).toBe(`http://127.0.0.1:${port}/`);
  expect(await openElsewhere(new URL(`http://192.0.2.1:${port}`))).toBeUndefined();
});

test('a connection that http breaks is tried with TLS', async () => {
  const https = await listening(createHttpsServer(selfSigned), '127.0.0.1');
  const http = await listening(createServer(), '127.0.0.1');
  const { problems, ends, told } = watched();
  ends(`http://localhost:${https}/`, { error: 'connection_reset' });
  await told(1);
  ends(`http://localhost:${http}/`, { error: 'connection_reset' });
  await told(2);
  ends(`http://localhost:${https}/`, { status: 400 });
  await told(3);
  expect(problems.map(({ isTlsPort }) => isTlsPort)).toEqual([true, false, true]);
});

test.each([
  ['docker’s file', '.dockerenv', '', true],
  ['podman’s file', 'run/.containerenv', '', true],
  ['a cgroup of Kubernetes', 'proc/1/cgroup', '0::/kubepods/besteffort/pod1', true],
  ['a cgroup of a machine', 'proc/1/cgroup', '0::/init.scope', false],
])('a container is known by %s', (_, path, text, expected) => {
  const root = temporaryFolder();
  mkdirSync(join(root, 'proc/1'), { recursive: true });
  mkdirSync(join(root, 'run'));
  expect(isInContainer(root)).toBe(false);
  writeFileSync(join(root, path), text);
  expect(isInContainer(root)).toBe(expected);
});
