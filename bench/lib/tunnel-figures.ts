import type { Path } from './tunnel-paths.js';
import { refusing, sendAtOnce, sendSteadily, type Accepted } from './load.js';
import { newIds, receiptTimes, receivedRate, type Run } from './run.js';
import type { Receipt, Sink } from './sink.js';
import { median, percentile, sum } from './stats.js';

/** How many requests wait for their answer at any time. */
export const IN_FLIGHT = [1, 16, 64] as const;
const PER_SECOND = 50;
/** Before anything counts, so that the code is compiled and the connections are open. */
const WARM_UP = 1000;

export interface Size {
  readonly events: number;
  readonly seconds: number;
  readonly rounds: number;
}

/** What was measured of one path. */
export interface Figures {
  /** Events a second for each of {@link IN_FLIGHT}, from the first sent to the last received. */
  readonly rates: readonly number[];
  /** From sending to receiving, at a steady rate, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Not answered 2xx within the time that a sender waits, in all rounds. */
  readonly refused: number;
  /** Accepted and never received, in all rounds. */
  readonly lost: number;
  /** Received more than once, in all rounds. */
  readonly twice: number;
}

/** Measures each path in each round, so that what else the machine does meets all of them. */
export async function measureInterleaved(
  paths: readonly Path[],
  sink: Sink,
  { events, seconds, rounds }: Size,
): Promise<Map<string, Figures>> {
  for (const path of paths) await atOnce(path, sink, WARM_UP, 64);
  const measured = new Map(paths.map(({ name }) => [name, [] as Figures[]]));
  for (let round = 0; round < rounds; round += 1) {
    for (const path of paths) measured.get(path.name)?.push(await measureOnce(path, sink, { events, seconds }));
  }

  return new Map([...measured].map(([name, list]) => [name, summary(list)]));
}

async function measureOnce(path: Path, sink: Sink, { events, seconds }: Omit<Size, 'rounds'>): Promise<Figures> {
  const runs: CheckedRun[] = [];
  for (const inFlight of IN_FLIGHT) runs.push(await atOnce(path, sink, events, inFlight));
  const steady = await steadily(path, sink, seconds);
  const latencies = receiptTimes(steady);
  const all = [...runs, steady];
  return {
    rates: runs.map(receivedRate),
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
    refused: sum(all.map(({ refused }) => refused)),
    lost: sum(all.map(({ accepted, received }) => accepted.size - received.size)),
    twice: sum(all.map(({ repeated }) => repeated)),
  };
}

interface CheckedRun extends Run {
  readonly refused: number;
  readonly repeated: number;
}

async function atOnce(path: Path, sink: Sink, events: number, inFlight: number): Promise<CheckedRun> {
  const sender = await path.open(inFlight);
  const ids = newIds(events);
  const accepted = await sendAtOnce(ids, inFlight, refusing(sender.send));
  await sender.close();
  return compared(ids, accepted, await sink.receipts(accepted.size));
}

async function steadily(path: Path, sink: Sink, seconds: number): Promise<CheckedRun> {
  const sender = await path.open(16);
  const ids = newIds(seconds * PER_SECOND);
  const accepted = await sendSteadily(ids, PER_SECOND, refusing(sender.send));
  await sender.close();
  return compared(ids, accepted, await sink.receipts(accepted.size));
}

/** What was refused and arrived all the same, be it in the run after, counts as refused. */
function compared(ids: readonly string[], accepted: Accepted, receipts: readonly Receipt[]): CheckedRun {
  const received = new Map<string, number>();
  let repeated = 0;
  for (const [id, at] of receipts) {
    if (!accepted.has(id)) continue;
    if (received.has(id)) repeated += 1;
    else received.set(id, at);
  }

  return { accepted, received, refused: ids.length - accepted.size, repeated };
}

function summary(list: readonly Figures[]): Figures {
  return {
    rates: IN_FLIGHT.map((_, i) => median(list.map(({ rates }) => rates[i] ?? Number.NaN))),
    p50: median(list.map(({ p50 }) => p50)),
    p99: median(list.map(({ p99 }) => p99)),
    refused: sum(list.map(({ refused }) => refused)),
    lost: sum(list.map(({ lost }) => lost)),
    twice: sum(list.map(({ twice }) => twice)),
  };
}
