import { GROUP, type DeliverySystem, type Sender } from './delivery-system.js';
import type { Path } from './tunnel-paths.js';
import type { Ledger } from './ledger.js';
import { sendAtOnce, sendInGroups, sendSteadily, type Accepted } from './load.js';
import { acceptedRate, answerTimes, newIds, receiptTimes, receivedRate, type Run } from './run.js';
import type { Sink } from './sink.js';
import { greatest, percentile } from './stats.js';

export const PER_SECOND = 50;
export const RAW_IN_FLIGHT = 50;
/** The most requests at once that are measured: full load, one event a call. */
const FULL = 64;
/** How many requests wait for their answer at any time, and how many of the events are sent so. */
const SINGLES = [
  { inFlight: 1, share: 0.2 },
  { inFlight: 16, share: 1 },
  { inFlight: FULL, share: 1 },
];
export const IN_FLIGHT = SINGLES.map(({ inFlight }) => inFlight);
/** While one call is answered, the next is made. */
const CALLS = 2;
/** The sink holds its answers no longer than this: after 15 s the service gives up an exchange. In milliseconds. */
const HOLD = 8_000;
/** Before anything counts, so that the code is compiled and the connections are open: a service runs for weeks. */
const WARM_UP = 4000;

export interface Size {
  readonly events: number;
  readonly seconds: number;
}

/** Times in milliseconds. */
export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

/** Calls with one event each. */
export interface Single extends Percentiles {
  /** Accepted a second; the percentiles are of the answers. */
  readonly accepted: number;
}

/** Events a second, many in a call. */
export interface Bulk {
  /** While the sink holds its answers, so that next to nothing is delivered meanwhile. */
  readonly accepted: number;
  /** From the first call to the last receipt. */
  readonly delivered: number;
  /** From when the sink answers again to the last receipt, with nothing accepted meanwhile. */
  readonly drained: number;
}

/** From the call to the receipt, at so many events a second. */
export interface Steady extends Percentiles {
  readonly perSecond: number;
}

/** What was measured of a system in one round. */
export interface Figures {
  /** For each of {@link IN_FLIGHT}. */
  readonly singles?: readonly Single[];
  readonly bulk: Bulk;
  readonly slow?: Steady;
  /** At half of what it took and delivered, one event a call. */
  readonly halfLoad?: Steady;
}

/** What the least does that could be done. */
export interface Raw {
  /** Events a second. */
  readonly delivered: number;
  readonly slow: Steady;
}

/** Measures systems at one sink, and notes in the ledger what became of each event. */
export class Measuring {
  constructor(
    private readonly sink: Sink,
    private readonly ledger: Ledger,
    private readonly size: Size,
  ) {}

  /** @throws {Error} for a system that does not deliver: there is nothing to measure */
  async warmUp(system: DeliverySystem): Promise<void> {
    const ids = newIds(Math.min(WARM_UP, this.size.events));
    const many = await this.run(system, CALLS, ids, ({ sendMany }) => sendInGroups(ids, together(Infinity), sendMany));
    if (many.received.size < ids.length) {
      throw new Error(`it delivered ${many.received.size} of ${ids.length} events before the measuring.`);
    }

    const others = newIds(ids.length);
    if (!system.isInBulkOnly) await this.run(system, FULL, others, ({ send }) => sendAtOnce(others, FULL, send));
  }

  async once(system: DeliverySystem): Promise<Figures> {
    const bulk = await this.bulk(system);
    if (system.isInBulkOnly) return { bulk };
    const runs: Run[] = [];
    for (const { inFlight, share } of SINGLES) {
      const ids = newIds(Math.ceil(this.size.events * share));
      runs.push(await this.run(system, inFlight, ids, ({ send }) => sendAtOnce(ids, inFlight, send)));
    }

    const fullLoad = runs.at(-1);
    return {
      bulk,
      singles: runs.map((run) => ({ accepted: acceptedRate(run), ...percentiles(answerTimes(run)) })),
      slow: await this.steadily(system, PER_SECOND),
      halfLoad: await this.steadily(system, fullLoad ? receivedRate(fullLoad) / 2 : Number.NaN),
    };
  }

  /** The same bodies by undici straight to the sink: nothing is kept, signed or recorded. */
  async raw(path: Path): Promise<Raw> {
    const open = async (connections: number) => ({ ...(await path.open(connections)), sendMany: async () => false });
    const system = { name: path.name, open };
    const ids = newIds(this.size.events);
    const atOnce = await this.run(system, RAW_IN_FLIGHT, ids, ({ send }) => sendAtOnce(ids, RAW_IN_FLIGHT, send));
    return { delivered: receivedRate(atOnce), slow: await this.steadily(system, PER_SECOND) };
  }

  private async bulk(system: DeliverySystem): Promise<Bulk> {
    const ids = newIds(this.size.events);
    const run = await this.run(system, CALLS, ids, ({ sendMany }) => sendInGroups(ids, together(Infinity), sendMany));
    return { delivered: receivedRate(run), ...(await this.acceptedAndDrained(system)) };
  }

  private async acceptedAndDrained(system: DeliverySystem): Promise<Pick<Bulk, 'accepted' | 'drained'>> {
    const ids = newIds(this.size.events);
    let releasedAt = 0;
    await this.sink.hold();
    const run = await this.run(system, CALLS, ids, async ({ sendMany }) => {
      const accepted = await sendInGroups(ids, together(HOLD), sendMany);
      releasedAt = await this.sink.release();
      return accepted;
    });
    const afterwards = [...run.received.values()].filter((at) => at > releasedAt);
    return {
      accepted: acceptedRate(run),
      drained: (afterwards.length * 1000) / (greatest(afterwards) - releasedAt),
    };
  }

  private async steadily(system: DeliverySystem, perSecond: number): Promise<Steady> {
    const ids = newIds(Math.ceil(perSecond * this.size.seconds));
    const run = await this.run(system, FULL, ids, ({ send }) => sendSteadily(ids, perSecond, send));
    return { perSecond, ...percentiles(receiptTimes(run)) };
  }

  private async run(
    system: DeliverySystem,
    inFlight: number,
    ids: readonly string[],
    sendAll: (sender: Sender) => Promise<Accepted>,
  ): Promise<Run> {
    this.ledger.noteSent(system.name, ids);
    const sender = await system.open(inFlight);
    const accepted = await sendAll(sender);
    await sender.close();
    this.ledger.noteAccepted(accepted);
    const receipts = await this.sink.receipts(accepted.size);
    this.ledger.noteReceived(receipts);
    const received = new Map<string, number>();
    for (const [id, at] of receipts) if (accepted.has(id) && !received.has(id)) received.set(id, at);
    return { accepted, received };
  }
}

function together(within: number) {
  return { size: GROUP, inFlight: CALLS, within };
}

function percentiles(times: readonly number[]): Percentiles {
  return { p50: percentile(times, 50), p99: percentile(times, 99) };
}
