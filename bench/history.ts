/* Whether a long history costs more to read than a short one: the same questions to two services, in times of the short. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { request } from 'undici';
import { accessToken, CALREPLY, startService, stop, temporaryHome, type Home, type Service } from './lib/calreply.js';
import { countOf } from './lib/flags.js';
import { countAhead, removal } from './lib/history-housekeeping.js';
import { seedHistory, type Seeded } from './lib/history-seed.js';
import { median } from './lib/stats.js';
import { print, tableText } from './lib/table.js';

/** A question about the history, as flags of `notifications list` (or `stats`) and as a query. */
interface Question {
  readonly name: string;
  /** Of `list` and `stats`; the first when absent. */
  readonly command?: 'stats';
  readonly ask: (side: Side) => Readonly<Record<string, string>>;
}

const QUESTIONS: readonly Question[] = [
  { name: 'no filter', ask: () => ({}) },
  { name: 'status', ask: () => ({ status: 'failed' }) },
  { name: 'type', ask: () => ({ type: 'Subscribe' }) },
  { name: 'webhook', ask: ({ webhookId }) => ({ webhook: webhookId }) },
  { name: 'calendar', ask: () => ({ calendar: 'my-other-calendar' }) },
  { name: 'since', ask: ({ seeded }) => ({ since: seeded.recent }) },
  { name: 'since and type', ask: ({ seeded }) => ({ since: seeded.recent, type: 'Unsubscribe' }) },
  { name: 'deep cursor', ask: ({ seeded }) => ({ cursor: seeded.middle }) },
  { name: 'status and type', ask: () => ({ status: 'failed', type: 'Subscribe' }) },
  { name: 'rare type and status', ask: () => ({ type: 'Test', status: 'delivered' }) },
  { name: 'stats, the last 20', command: 'stats', ask: ({ seeded }) => ({ since: seeded.recent }) },
  { name: 'stats, all', command: 'stats', ask: () => ({ since: '2000-01-01T00:00:00Z' }) },
  { name: 'stats, all of a type', command: 'stats', ask: () => ({ since: '2000-01-01T00:00:00Z', type: 'Subscribe' }) },
];

/** At most so many times the short history's time; of statistics of all, at most so many milliseconds more. */
const GOAL = 1.5;
const STATISTICS_GOAL = 300;
/** As many as `notifications list` asks for. */
const LIMIT = '25';
/** An access token holds for five minutes, and a round takes some seconds. */
const ROUNDS_PER_LOGIN = 5;

interface Side {
  readonly home: Home;
  readonly service: Service;
  readonly seeded: Seeded;
  readonly webhookId: string;
  token: string;
}

/** Times in milliseconds, by what was measured, of the short history and of the long one. */
type Times = Map<string, readonly [number[], number[]]>;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    short: { type: 'string', default: '1000' },
    long: { type: 'string', default: '1000000' },
  },
});
const rounds = countOf('rounds', values.rounds);
const counts = [countOf('short', values.short), countOf('long', values.long)] as const;
const homes: Home[] = [];
const sides: Side[] = [];
try {
  for (const count of counts) sides.push(await openSide(count));
  const [short, long] = sides as [Side, Side];
  report(await measure([short, long]));
  await stop(long.service.process);
  await reportRemoval(long);
} finally {
  await Promise.all(sides.map(({ service }) => stop(service.process)));
  for (const home of homes) home.remove();
}

/** A service with a history of `count` notifications. */
async function openSide(count: number): Promise<Side> {
  const home = temporaryHome();
  homes.push(home);
  const first = await startService(home);
  const token = await accessToken(first);
  const { id: accountId } = await ask<{ id: string }>(first.url, '/v1/account', token);
  const add = (enabled: boolean) =>
    ask<{ id: string }>(first.url, '/v1/webhooks', token, { url: 'http://127.0.0.1:9/hooks', enabled });
  const [{ id: webhookId }, { id: disabledWebhookId }] = [await add(true), await add(false)];
  await stop(first.process);
  const startedAt = performance.now();
  const seeded = seedHistory(home, { accountId, webhookId, disabledWebhookId }, count);
  const writtenAt = performance.now();
  const longest = await countAhead(home);
  const seconds = (from: number, to: number) => ((to - from) / 1000).toFixed(0);
  print(
    `${count} notifications were written in ${seconds(startedAt, writtenAt)} s, and counted by housekeeping in ${seconds(writtenAt, performance.now())} s without its rests, the longest step ${longest.toFixed(0)} ms.`,
  );
  return { home, seeded, webhookId, service: await startService(home), token: '' };
}

/** Every question to both, once a round, so that what else the machine does meets all of them. */
async function measure(pair: readonly [Side, Side]): Promise<{ processes: Times; calls: Times }> {
  const processes: Times = new Map();
  const calls: Times = new Map();
  const note = (times: Times, name: string, side: Side, time: number) => {
    if (!times.has(name)) times.set(name, [[], []]);
    times.get(name)?.[pair.indexOf(side)]?.push(time);
  };
  for (let round = 0; round <= rounds; round += 1) {
    if (round % ROUNDS_PER_LOGIN === 0) for (const side of pair) await logIn(side);
    const isCounted = round > 0;
    for (const question of QUESTIONS) {
      const { name } = question;
      for (const side of pair) {
        const call = await timeOf(() => ask(side.service.url, pathOf(question, side), side.token));
        const process = await timeOf(async () => runCommand(question, side));
        // The first round finds files and pages on the disk, the others in memory; it does not count.
        if (isCounted) note(calls, name, side, call);
        if (isCounted) note(processes, name, side, process);
      }
    }

    for (const side of pair) {
      const call = await timeOf(() => streamStart(side));
      const process = await timeOf(() => tailStart(side));
      if (isCounted) note(calls, 'tail, start', side, call);
      if (isCounted) note(processes, 'tail, start', side, process);
    }
  }

  return { processes, calls };
}

async function timeOf(run: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await run();
  return performance.now() - startedAt;
}

/** Keeps a profile with a token that holds, so that a command is one request. */
async function logIn(side: Side): Promise<void> {
  const { url, clientId, clientSecret } = side.service;
  const args = ['login', '--api-url', url, '--client-id', clientId, '--secret-stdin'];
  run(side, args, clientSecret);
  side.token = await accessToken(side.service);
}

function runCommand({ command, ask: askFor }: Question, side: Side): void {
  const flags = Object.entries(askFor(side)).flatMap(([flag, value]) => [`--${flag}`, value]);
  run(side, ['notifications', command ?? 'list', '--json', ...flags]);
}

function run({ home }: Side, args: readonly string[], input = ''): void {
  const { status, stderr } = spawnSync(process.execPath, [CALREPLY, ...args], {
    env: home.env,
    input,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`“calreply ${args.join(' ')}” ended with ${status}: ${stderr}`);
}

/** From the start of the process to the first line that tells of what was. */
async function tailStart({ home, seeded }: Side): Promise<void> {
  const args = ['notifications', 'tail', '--json', '--since', seeded.recent];
  const child = spawn(process.execPath, [CALREPLY, ...args], { env: home.env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    if ((JSON.parse(line) as { type: string }).type === 'notification') break;
  }

  child.kill('SIGKILL');
  await ended;
}

async function streamStart({ service, seeded, token }: Side): Promise<void> {
  const url = `${service.url}/v1/notifications/stream?since=${seeded.recent}`;
  const { body } = await request(url, { headers: { authorization: `Bearer ${token}` } });
  let text = '';
  for await (const chunk of body as AsyncIterable<Buffer>) {
    text += chunk.toString();
    if (text.includes('event: notification')) break;
  }
}

function pathOf({ command, ask: askFor }: Question, side: Side): string {
  const [path, more] = command ? [`/v1/notifications/${command}`, {}] : ['/v1/notifications', { limit: LIMIT }];
  return `${path}?${new URLSearchParams({ ...more, ...askFor(side) }).toString()}`;
}

async function ask<T>(url: string, path: string, token: string, body?: object): Promise<T> {
  const answer = await request(url + path, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    body: body && JSON.stringify(body),
  });
  const answered = await answer.body.json();
  if (answer.statusCode > 299)
    throw new Error(`${path} was answered with ${answer.statusCode}: ${JSON.stringify(answered)}`);
  return answered as T;
}

function report({ processes, calls }: { processes: Times; calls: Times }): void {
  const row = (name: string) => {
    const [short, long] = cells(processes, name);
    const [shortCall, longCall] = cells(calls, name);
    const ratio = long / short;
    const isAll = name.startsWith('stats, all');
    const isMet = isAll ? long - short <= STATISTICS_GOAL : ratio <= GOAL;
    return [
      name,
      short.toFixed(0),
      long.toFixed(0),
      `${ratio.toFixed(2)}×`,
      isMet ? 'met' : 'missed',
      shortCall.toFixed(1),
      longCall.toFixed(1),
      `${(longCall / shortCall).toFixed(2)}×`,
    ];
  };
  const [short, long] = counts.map((count) => count.toLocaleString('en'));
  print(`The history of ${short} and of ${long} notifications, median of ${rounds} interleaved rounds, in ms.`);
  print(
    `Goal: a command takes at most ${GOAL} times as long, statistics of all ${STATISTICS_GOAL} ms longer. Node ${process.versions.node}`,
  );
  print();
  const headings = ['', `command, ${short}`, long ?? '', 'ratio', '', `call, ${short}`, long ?? '', 'ratio'];
  print(tableText(headings, [...processes.keys()].map(row)));
}

function cells(times: Times, name: string): readonly [number, number] {
  const [short = [], long = []] = times.get(name) ?? [];
  return [median(short), median(long)];
}

/** What accepting an event costs while a third of the long history is removed, beside what it costs without. */
async function reportRemoval({ home }: Side): Promise<void> {
  print();
  print('An event after the other into the long history, in ms:');
  const rows: string[][] = [];
  for (const keep of ['forever', '20d']) {
    const { p50, p99, removed } = await removal(home, keep);
    rows.push([`--keep ${keep}`, p50.toFixed(1), p99.toFixed(1), removed.toFixed(0)]);
  }

  print(tableText(['', 'p50', 'p99', 'notifications removed a second'], rows));
}
