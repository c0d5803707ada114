/* How long a command takes, from starting the process to its end, in times of a Node that does nothing. */
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { CALREPLY, startService, stop, temporaryHome, type Home, type Service } from './lib/calreply.js';
import { countOf } from './lib/flags.js';
import { median } from './lib/stats.js';
import { print, tableText } from './lib/table.js';

interface Subject {
  readonly name: string;
  /** What Node is started with. */
  readonly args: readonly string[];
  /** At most this many times bare Node; absent where nothing was promised. */
  readonly goal?: number;
}

const BARE: Subject = { name: 'node -e 0', args: ['-e', '0'] };
const SUBJECTS: readonly Subject[] = [
  BARE,
  { name: 'calreply --version', args: [CALREPLY, '--version'] },
  { name: 'calreply --help', args: [CALREPLY, '--help'], goal: 2.2 },
  { name: 'calreply webhooks list', args: [CALREPLY, 'webhooks', 'list'], goal: 3 },
];

/** An access token holds for five minutes; so many rounds are over long before. */
const ROUNDS_PER_LOGIN = 50;

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '20' } } });
const rounds = countOf('rounds', values.rounds);
const home = temporaryHome();
const service = await startService(home);
try {
  report(measure(home, service));
} finally {
  await stop(service.process);
  home.remove();
}

/** Every subject once a round, so that what else the machine does meets all of them. */
function measure(home: Home, service: Service): Map<Subject, number[]> {
  const times = new Map(SUBJECTS.map((subject) => [subject, [] as number[]]));
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
  run([CALREPLY, 'login', '--api-url', url, '--client-id', clientId, '--secret-stdin'], home, clientSecret);
}

function timeOf({ args }: Subject, home: Home): number {
  const startedAt = performance.now();
  run(args, home);
  return performance.now() - startedAt;
}

function run(args: readonly string[], { env }: Home, input = ''): void {
  const { status, stderr } = spawnSync(process.execPath, args, { env, input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`“${args.join(' ')}” ended with ${status}: ${stderr}`);
}

function report(times: ReadonlyMap<Subject, readonly number[]>): void {
  const bare = median(times.get(BARE) ?? []);
  const rows = [...times].map(([{ name, goal }, list]) => {
    const ratio = median(list) / bare;
    const met = goal === undefined ? '' : ratio <= goal ? 'met' : 'missed';
    return [
      name,
      median(list).toFixed(0),
      `${ratio.toFixed(2)}×`,
      goal === undefined ? '' : `≤ ${goal.toFixed(1)}×`,
      met,
    ];
  });
  print(`Start-up: whole process, median of ${rounds} interleaved rounds, Node ${process.versions.node}`);
  if (process.env.NODE_EXTRA_CA_CERTS !== undefined) print('NODE_EXTRA_CA_CERTS is set, and makes every start longer.');
  print();
  print(tableText(['', 'ms', '× bare', 'goal', ''], rows));
}
