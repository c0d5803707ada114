import { print, tableText } from './table.js';
import { CALREPLY_TUNNEL, EVENTS, INBOX } from './tunnel-calreply.js';
import { IN_FLIGHT, type Figures } from './tunnel-figures.js';
import type { Tolls } from './tunnel-kills.js';
import { times } from './tunnel-report.js';

const GOAL = {
  /** At the most that are in flight. */
  eventsPerSecond: 8000,
  timesPeers: 2.5,
  p50: 2,
  p99: 5,
};

/**
 * Prints each goal with what was measured, and whether that meets it.
 *
 * @param peers the names of those that are to be outdone
 */
export function reportGoals(figures: ReadonlyMap<string, Figures>, peers: readonly string[], tolls: Tolls): void {
  const rows = [INBOX, EVENTS].flatMap((name) => {
    const measured = figures.get(name);
    return measured ? speedGoals(name, measured) : [];
  });
  const cells = [...rows, ...peerGoals(figures, peers), ...tollGoals(tolls)];
  print(
    tableText(
      ['goal', 'measured', ''],
      cells.map(({ goal, value, isMet }) => [goal, value, isMet ? 'met' : 'missed']),
    ),
  );
}

interface Goal {
  readonly goal: string;
  readonly value: string;
  readonly isMet: boolean;
}

function speedGoals(name: string, { rates, p50, p99, lost, twice }: Figures): Goal[] {
  const rate = rates.at(-1) ?? Number.NaN;
  return [
    {
      goal: `${name}: ≥ ${GOAL.eventsPerSecond.toLocaleString('en')}/s at ${IN_FLIGHT.at(-1)} in flight`,
      value: `${rate.toFixed(0)}/s`,
      isMet: rate >= GOAL.eventsPerSecond,
    },
    { goal: `${name}: p50 ≤ ${GOAL.p50} ms at 50/s`, value: `${p50.toFixed(2)} ms`, isMet: p50 <= GOAL.p50 },
    { goal: `${name}: p99 ≤ ${GOAL.p99} ms at 50/s`, value: `${p99.toFixed(2)} ms`, isMet: p99 <= GOAL.p99 },
    { goal: `${name}: lost, twice 0`, value: `${lost}, ${twice}`, isMet: lost === 0 && twice === 0 },
  ];
}

function peerGoals(figures: ReadonlyMap<string, Figures>, peers: readonly string[]): Goal[] {
  const ours = figures.get(INBOX)?.rates.at(-1) ?? Number.NaN;
  return peers.flatMap((peer) => {
    const theirs = figures.get(peer)?.rates.at(-1);
    if (theirs === undefined) return [];
    return {
      goal: `${INBOX}: ≥ ${GOAL.timesPeers}× ${peer} at ${IN_FLIGHT.at(-1)} in flight`,
      value: times(ours / theirs),
      isMet: ours / theirs >= GOAL.timesPeers,
    };
  });
}

function tollGoals(tolls: Tolls): Goal[] {
  return [...tolls].flatMap(([victim, bySystem]) => {
    const toll = bySystem.get(CALREPLY_TUNNEL.name);
    return toll
      ? [{ goal: `none lost when the ${victim} is killed`, value: String(toll.lost), isMet: toll.lost === 0 }]
      : [];
  });
}
