import { greatest } from './stats.js';
import { IN_FLIGHT } from './delivery-figures.js';
import { ms, whole, type Reported } from './delivery-report.js';
import type { Memory } from './memory.js';
import { print, tableText } from './table.js';

const GOAL = {
  deliveredPerSecond: 8000,
  acceptP99: 20,
  receiptP50: 2,
  receiptP99: 10,
  /** In MB. */
  memory: 250,
  /** Flat: after the last round at most so many times what it was after the first. */
  growth: 1.2,
};

/** What the service is compared with, and by what name. */
export interface Measured {
  /** With one webhook, and with several. */
  readonly ours: readonly Reported[];
  /** BullMQ with fsync always; undefined when it could not be had. */
  readonly rival: Reported | undefined;
  /** Of the service, after each round; empty where the system does not say. */
  readonly memory: readonly Memory[];
}

/** Prints each goal with what was measured, and whether that meets it. */
export function reportGoals(measured: Measured): void {
  const rows = [...rateGoals(measured), ...timeGoals(measured.ours), ...memoryGoals(measured.memory)];
  const cells = rows.map(({ goal, value, isMet }) => [goal, value, isMet ? 'met' : 'missed']);
  print(tableText(['goal', 'measured', ''], cells));
}

const POSTGRES_GOAL = { deliveredPerSecond: 6000, receiptP50: 5 };

/** The service on PostgreSQL, and the queues on the same one. */
export interface MeasuredOnPostgres {
  /** One process, with one webhook and with several; then several processes. */
  readonly ours: readonly Reported[];
  readonly rivals: readonly Reported[];
}

/** Prints the goals of the service on PostgreSQL. */
export function reportPostgresGoals({ ours, rivals }: MeasuredOnPostgres): void {
  const { deliveredPerSecond, receiptP50 } = POSTGRES_GOAL;
  const [alone, ...others] = ours;
  const best = alone && [alone, ...others.slice(0, 1)].reduce((one, other) => (rate(other) > rate(one) ? other : one));
  const rows: Goal[] = [];
  if (alone && best) {
    rows.push(
      {
        goal: `one process: delivered ≥ ${deliveredPerSecond.toLocaleString('en')}/s`,
        value: `${whole(rate(best))}/s`,
        isMet: rate(best) >= deliveredPerSecond,
      },
      ...rivals.map((rival) => {
        const times = rate(best) / rate(rival);
        return { goal: `one process: ahead of ${rival.name}`, value: `${times.toFixed(2)}×`, isMet: times > 1 };
      }),
    );
    if (alone.slow) {
      const { p50, perSecond } = alone.slow;
      rows.push({
        goal: `call to receipt p50 ≤ ${receiptP50} ms at ${perSecond}/s`,
        value: `${ms(p50)} ms`,
        isMet: p50 <= receiptP50,
      });
    }
  }

  rows.push(
    ...ours.map(({ name, lost, twice }) => ({
      goal: `${name}: lost, twice 0`,
      value: `${lost}, ${twice}`,
      isMet: lost === 0 && twice === 0,
    })),
  );
  print(
    tableText(
      ['goal on PostgreSQL', 'measured', ''],
      rows.map(({ goal, value, isMet }) => [goal, value, isMet ? 'met' : 'missed']),
    ),
  );
}

function rate({ bulk }: Reported): number {
  return bulk.delivered;
}

interface Goal {
  readonly goal: string;
  readonly value: string;
  readonly isMet: boolean;
}

function rateGoals({ ours, rival }: Measured): Goal[] {
  return ours.flatMap(({ name, bulk: { delivered }, lost, twice }) => {
    const times = rival && delivered / rival.bulk.delivered;
    return [
      {
        goal: `${name}: delivered ≥ ${GOAL.deliveredPerSecond.toLocaleString('en')}/s`,
        value: `${whole(delivered)}/s`,
        isMet: delivered >= GOAL.deliveredPerSecond,
      },
      ...(times === undefined
        ? []
        : [{ goal: `${name}: ahead of ${rival?.name}`, value: `${times.toFixed(2)}×`, isMet: times > 1 }]),
      { goal: `${name}: lost, twice 0`, value: `${lost}, ${twice}`, isMet: lost === 0 && twice === 0 },
    ];
  });
}

function timeGoals(ours: readonly Reported[]): Goal[] {
  return ours.flatMap(({ name, singles, slow }) => {
    if (!singles || !slow) return [];
    const p99s = singles.map(({ p99 }) => p99);
    const { p50, p99, perSecond } = slow;
    return [
      {
        goal: `${name}: answer p99 < ${GOAL.acceptP99} ms at ${IN_FLIGHT.join(', ')} in flight`,
        value: `${p99s.map(ms).join(', ')} ms`,
        isMet: greatest(p99s) < GOAL.acceptP99,
      },
      {
        goal: `${name}: call to receipt p50 ≤ ${GOAL.receiptP50} ms at ${perSecond}/s`,
        value: `${ms(p50)} ms`,
        isMet: p50 <= GOAL.receiptP50,
      },
      {
        goal: `${name}: call to receipt p99 ≤ ${GOAL.receiptP99} ms at ${perSecond}/s`,
        value: `${ms(p99)} ms`,
        isMet: p99 <= GOAL.receiptP99,
      },
    ];
  });
}

function memoryGoals(memory: readonly Memory[]): Goal[] {
  const [first, last] = [memory[0], memory.at(-1)];
  if (!first || !last) return [];
  return [
    {
      goal: `memory of the service < ${GOAL.memory} MB at most`,
      value: `${whole(last.peak)} MB`,
      isMet: last.peak < GOAL.memory,
    },
    // One round says nothing about growth.
    ...(memory.length < 2
      ? []
      : [
          {
            goal: `memory flat: after the last round ≤ ${GOAL.growth}× the first`,
            value: `${memory.map(({ now }) => whole(now)).join(', ')} MB`,
            isMet: last.now <= GOAL.growth * first.now,
          },
        ]),
  ];
}
