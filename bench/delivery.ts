/*
 * How many events the service accepts, keeps and delivers, and how soon; beside it, queues that do the same POST, and the
 * same body straight to the same program.
 *
 * Service, sink and sender are processes of their own, as are the worker and the server of each peer: two of them in one
 * would share an event loop. On two cores they do share the cores.
 */
import type { ChildProcess } from 'node:child_process';
import { BULLMQ_ALWAYS, GROUPS, ON_POSTGRES, startPeers, type Group } from './peers/peers.js';
import { startService, stop, temporaryHome, type Service } from './lib/calreply.js';
import { calreply } from './lib/delivery-calreply.js';
import { Measuring, type Figures, type Raw } from './lib/delivery-figures.js';
import { reportGoals, reportPostgresGoals } from './lib/delivery-goals.js';
import { reportFigures, type Reported } from './lib/delivery-report.js';
import { medians, summary } from './lib/delivery-summary.js';
import type { DeliverySystem } from './lib/delivery-system.js';
import { withEndings, type Endings } from './lib/endings.js';
import { deliveryFlags } from './lib/flags.js';
import { benchPostgres } from './lib/postgres.js';
import { processesOnPostgres } from './lib/processes-on-postgres.js';
import { rawPosts } from './lib/tunnel-paths.js';
import { Ledger } from './lib/ledger.js';
import { memoryOf, type Memory } from './lib/memory.js';
import { startSink } from './lib/sink.js';
import { print } from './lib/table.js';

/** There are 32 in flight to one webhook and 256 in all: with eight, it is the second that limits. */
const WEBHOOKS = 8;

const flags = deliveryFlags({ events: 10_000 });
const { events, seconds, rounds } = flags;
const groups = groupsOf(flags.peers);

await withEndings(async (endings) => {
  const sink = await startSink();
  endings.add(() => sink.stop());
  const service = await ownService(endings);
  const postgres = benchPostgres(endings);
  const onSqlite = [
    await calreply([service], 'calreply', sink.url),
    { ...(await calreply([service], `calreply, ${WEBHOOKS} webhooks`, sink.url, WEBHOOKS)), isInBulkOnly: true },
  ];
  const onPostgres =
    flags.database === 'postgres'
      ? await processesOnPostgres(endings, postgres, { sinkUrl: sink.url, webhooks: WEBHOOKS, profile: flags.profile })
      : [];
  const ours = [...onSqlite, ...onPostgres];
  const peers = await startPeers(endings, groups, sink.url, postgres, leftOut);

  const ledger = new Ledger();
  const measuring = new Measuring(sink, ledger, { events, seconds });
  for (const system of ours) await measuring.warmUp(system);
  const systems = [...ours, ...(await warmedUp(measuring, peers, endings))];
  const { figures, raw, memory } = await measureInterleaved(measuring, systems, sink.url, service);
  // What comes late comes now, or never.
  ledger.noteReceived(await sink.receipts(0));
  const reported = [...figures].map(([{ name }, list]) => {
    return { name, ...summary(list), lost: ledger.lost(name), twice: ledger.twice(name) };
  });
  report(
    reported,
    raw,
    memory,
    onPostgres.map(({ name }) => name),
  );
});

async function ownService(endings: Endings): Promise<Service> {
  const home = temporaryHome();
  endings.add(() => home.remove());
  const onSpawn = (child: ChildProcess) => endings.add(() => stop(child));
  return startService(home, { profile: flags.profile, onSpawn });
}

/** Those of the peers that work. */
async function warmedUp(
  measuring: Measuring,
  peers: readonly DeliverySystem[],
  endings: Endings,
): Promise<readonly DeliverySystem[]> {
  const working: DeliverySystem[] = [];
  for (const peer of peers) {
    try {
      await measuring.warmUp(peer);
      working.push(peer);
    } catch (error) {
      endings.checkNotBegun();
      leftOut(peer.name, (error as Error).message);
    }
  }

  return working;
}

function leftOut(name: string, reason: string): void {
  process.stderr.write(`${name} is left out: ${reason}\n`);
}

/** Measures each in each round, so that what else the machine does meets all of them. */
async function measureInterleaved(
  measuring: Measuring,
  systems: readonly DeliverySystem[],
  sinkUrl: string,
  service: Service,
): Promise<{ figures: ReadonlyMap<DeliverySystem, readonly Figures[]>; raw: Raw; memory: readonly Memory[] }> {
  const figures = new Map(systems.map((system) => [system, [] as Figures[]]));
  const raws: Raw[] = [];
  const memory: Memory[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const system of systems) figures.get(system)?.push(await measuring.once(system));
    raws.push(await measuring.raw(rawPosts(sinkUrl)));
    memory.push(...[memoryOf(service.process.pid) ?? []].flat());
  }

  const raw = {
    delivered: medians(raws.map(({ delivered }) => ({ delivered }))).delivered,
    slow: medians(raws.map(({ slow }) => slow)),
  };
  return { figures, raw, memory };
}

function report(
  systems: readonly Reported[],
  raw: Raw,
  memory: readonly Memory[],
  onPostgres: readonly string[],
): void {
  const size = `${events.toLocaleString('en')} events of 1.3 kB at once, ${seconds} s at a steady rate`;
  print(`Delivery: ${size}; median of ${rounds} interleaved rounds. Node ${process.versions.node}`);
  print();
  reportFigures(systems, raw);
  print();
  reportGoals({
    ours: systems.slice(0, 2),
    rival: systems.find(({ name }) => name === BULLMQ_ALWAYS),
    memory,
  });
  if (onPostgres.length === 0) return;
  print();
  reportPostgresGoals({
    ours: systems.filter(({ name }) => onPostgres.includes(name)),
    rivals: systems.filter(({ name }) => (ON_POSTGRES as readonly string[]).includes(name)),
  });
}

/** @throws {Error} with a sentence, for what is none of the choices */
function groupsOf(choice: string): readonly Group[] {
  if (choice === 'none') return [];
  if (choice === 'all') return GROUPS;
  const found = GROUPS.find((group) => group === choice);
  if (found) return [found];
  throw new Error(`--peers is none, all or one of ${GROUPS.join(', ')}, and “${choice}” is none of these.`);
}
