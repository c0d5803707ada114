import { EVENTS, INBOX } from './tunnel-calreply.js';
import { IN_FLIGHT, type Figures } from './tunnel-figures.js';
import { DOWN, LATEST, PER_SECOND, type Tolls } from './tunnel-kills.js';
import { print, tableText } from './table.js';

const OURS: readonly string[] = [INBOX, EVENTS];

/** Prints how fast each was, and the ratios to ours. */
export function reportFigures(figures: ReadonlyMap<string, Figures>): void {
  const headings = [
    '',
    ...IN_FLIGHT.map((count) => `${count} in flight`),
    'at 50/s: p50 ms',
    'p99 ms',
    'refused',
    'lost',
    'twice',
  ];
  const rows = [...figures].map(([name, { rates, p50, p99, refused, lost, twice }]) => [
    name,
    ...rates.map((rate) => `${rate.toFixed(0)}/s`),
    p50.toFixed(2),
    p99.toFixed(2),
    String(refused),
    String(lost),
    String(twice),
  ]);
  const others = [...figures].filter(([name]) => !OURS.includes(name));
  const ratios = OURS.flatMap((ours) => {
    const measured = figures.get(ours);
    return measured ? others.map(([name, other]) => [`${ours} : ${name}`, ...ratioCells(measured, other)]) : [];
  });
  print(tableText(headings, [...rows, ...ratios]));
}

function ratioCells(ours: Figures, other: Figures): string[] {
  return [
    ...ours.rates.map((rate, i) => times(rate / (other.rates[i] ?? Number.NaN))),
    times(ours.p50 / other.p50),
    times(ours.p99 / other.p99),
  ];
}

export function times(ratio: number): string {
  return `${ratio.toFixed(2)}×`;
}

/** Prints what each kill cost. */
export function reportTolls(tolls: Tolls): void {
  print(
    `Killed (kill -9) in the middle of ${PER_SECOND} events/s, and started again after ${DOWN / 1000} s. ` +
      `Lost: accepted, and not received ${LATEST / 1000} s after the last.`,
  );
  print();
  const rows = [...tolls].flatMap(([victim, bySystem]) =>
    [...bySystem].map(([name, { sent, accepted, received, lost, twice }]) => [
      `${victim} killed: ${name}`,
      ...[sent, accepted, received, sent - received, lost, twice].map(String),
    ]),
  );
  print(tableText(['', 'sent', 'accepted', 'received', 'never arrived', 'lost', 'twice'], rows));
}
