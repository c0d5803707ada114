import { IN_FLIGHT, PER_SECOND, RAW_IN_FLIGHT, type Figures, type Raw, type Steady } from './delivery-figures.js';
import { GROUP } from './delivery-system.js';
import { print, tableText } from './table.js';

/** What is reported of one system. */
export interface Reported extends Figures {
  readonly name: string;
  readonly lost: number;
  readonly twice: number;
}

/** Prints what was measured, a table for each question. */
export function reportFigures(systems: readonly Reported[], raw: Raw): void {
  reportBulk(systems, raw);
  print();
  reportSingles(systems);
  print();
  reportReceipts(systems, raw);
}

function reportBulk(systems: readonly Reported[], raw: Raw): void {
  print(`${GROUP} events a call, events a second`);
  const headings = ['', 'accepted', 'delivered', 'drained', 'delivered : raw', 'lost', 'twice'];
  const rows = systems.map(({ name, bulk, lost, twice }) => [
    name,
    ...[bulk.accepted, bulk.delivered, bulk.drained].map(whole),
    `${(bulk.delivered / raw.delivered).toFixed(2)}×`,
    String(lost),
    String(twice),
  ]);
  print(tableText(headings, [...rows, [`raw, ${RAW_IN_FLIGHT} in flight`, '', whole(raw.delivered)]]));
}

function reportSingles(systems: readonly Reported[]): void {
  print('One event a call: accepted a second, and the times of the answers in ms');
  const headings = ['', ...IN_FLIGHT.flatMap((count) => [`${count} in flight`, 'p50', 'p99'])];
  const rows = systems.flatMap(({ name, singles }) =>
    singles ? [[name, ...singles.flatMap(({ accepted, p50, p99 }) => [whole(accepted), ms(p50), ms(p99)])]] : [],
  );
  print(tableText(headings, rows));
}

function reportReceipts(systems: readonly Reported[], raw: Raw): void {
  print('From the call with one event to its receipt, in ms');
  const headings = ['', `${PER_SECOND}/s: p50`, 'p99', 'half load', 'p50', 'p99'];
  const cells = ({ p50, p99 }: Steady) => [ms(p50), ms(p99)];
  const rows = systems.flatMap(({ name, slow, halfLoad }) =>
    slow && halfLoad ? [[name, ...cells(slow), `${whole(halfLoad.perSecond)}/s`, ...cells(halfLoad)]] : [],
  );
  print(tableText(headings, [...rows, ['raw', ...cells(raw.slow)]]));
}

export function whole(value: number): string {
  return value.toFixed(0);
}

export function ms(value: number): string {
  return value.toFixed(2);
}
