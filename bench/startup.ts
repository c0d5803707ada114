/* How long a command takes, from starting the process to its end, in times of a Node that does nothing. */
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { Program } from '../src/cli/program.js';
import { CALREPLY, startService, stop, temporaryHome, type Home, type Service } from './lib/calreply.js';
import { countOf } from './lib/flags.js';
import { BARE, WITH_SERVICE, withoutService, type Subject } from './lib/startup-subjects.js';
import { median } from './lib/stats.js';
import { print, tableText } from './lib/table.js';

/** An access token holds for five minutes, and a round takes several seconds. */
const ROUNDS_PER_LOGIN = 10;

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '8' } } });
const rounds = countOf('rounds', values.rounds);
const every = withoutService(new Program(fileURLToPath(new URL('../', import.meta.url))));
const home = temporaryHome();
const service = await startService(home);
try {
  const times = measure([BARE, ...WITH_SERVICE, ...every]);
  const bare = median(times.get(BARE) ?? []);
  print(`Start-up: whole process, median of ${rounds} interleaved rounds, Node ${process.versions.node}`);
  if (process.env.NODE_EXTRA_CA_CERTS !== undefined) print('NODE_EXTRA_CA_CERTS is set, and makes every start longer.');
  report('With a running service', [BARE, ...WITH_SERVICE], times, bare);
  report('Without one, as far as each command comes', every, times, bare);
} finally {
  await stop(service.process);
  home.remove();
}

/** Every subject once a round, so that what else the machine does meets all of them. */
function measure(subjects: readonly Subject[]): Map<Subject, number[]> {
  const times = new Map(subjects.map((subject) => [subject, [] as number[]]));
  for (let round = 0; round <= rounds; round += 1) {
    if (round % ROUNDS_PER_LOGIN === 0) logIn(home, service);
    for (const [subject, list] of times) {
      const time = timeOf(subject, home);
      // The first round finds its files on the disk, the others in memory; it does not count.
      if (round > 0) list.push(time);
    }
  }

  return times;
}

/** Keeps a profile with a token that holds, so that a command is one request. */
function logIn(home: Home, { url, clientId, clientSecret }: Service): void {
  const args = [CALREPLY, 'login', '--api-url', url, '--client-id', clientId, '--secret-stdin'];
  run({ name: 'login', args, exitCodes: [0] }, home, clientSecret);
}

function timeOf(subject: Subject, home: Home): number {
  const startedAt = performance.now();
  run(subject, home);
  return performance.now() - startedAt;
}

function run({ args, exitCodes, env }: Subject, home: Home, input = ''): void {
  const options = { env: { ...home.env, ...env }, input, encoding: 'utf8' } as const;
  const { status, stderr } = spawnSync(process.execPath, args, options);
  if (!exitCodes.includes(status ?? -1)) throw new Error(`“${args.join(' ')}” ended with ${status}: ${stderr}`);
}

function report(
  title: string,
  subjects: readonly Subject[],
  times: ReadonlyMap<Subject, readonly number[]>,
  bare: number,
): void {
  const rows = subjects.map((subject) => {
    const { name, goal } = subject;
    const time = median(times.get(subject) ?? []);
    const ratio = time / bare;
    const met = goal === undefined ? '' : ratio <= goal ? 'met' : 'missed';
    return [name, time.toFixed(0), `${ratio.toFixed(2)}×`, goal === undefined ? '' : `≤ ${goal.toFixed(1)}×`, met];
  });
  print();
  print(tableText([title, 'ms', '× bare', 'goal', ''], rows));
}
