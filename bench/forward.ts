/*
 * How fast an event goes through the service and a listener to a program on this machine, kept on the disk before it is
 * acknowledged and recorded after it arrived; beside it, the same body straight to the same program.
 *
 * Service, listener, receiver and sender are four processes, as they are in use: two of them in one would share an event
 * loop, and one would be measured while it waits for the other. On two cores they do share the cores.
 */
import { parseArgs } from 'node:util';
import { startCalreply, startService, stop, temporaryHome } from './lib/calreply.js';
import { countOf } from './lib/flags.js';
import { IN_FLIGHT, measureInterleaved, type Figures } from './lib/forward-figures.js';
import { throughApi, throughInbox, openedListener, rawPosts } from './lib/forward-paths.js';
import { startSink } from './lib/sink.js';
import { print, tableText } from './lib/table.js';

const GOAL = { eventsPerSecond: 8000, p50: 2, p99: 5 };

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '3000' },
    seconds: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
    /** A folder for CPU profiles of the service and the listener. */
    profile: { type: 'string' },
  },
});
const events = countOf('events', values.events);
const seconds = countOf('seconds', values.seconds);
const rounds = countOf('rounds', values.rounds);

const home = temporaryHome();
const sink = await startSink();
const service = await startService(home, values);
const listener = startCalreply(home, ['listen', '--local', '--name', 'bench', '--forward-to', sink.url], values);
try {
  const { inboxUrl } = await openedListener(service, 'bench');
  const raw = rawPosts(sink.url);
  const paths = [throughInbox(inboxUrl), throughApi(service), raw];
  const figures = await measureInterleaved(paths, sink, { events, seconds, rounds });
  print(`Forwarding: ${events} events of 1.3 kB at once, ${seconds} s at 50/s; median of ${rounds} interleaved rounds`);
  print();
  report(figures, raw.name);
} finally {
  await stop(listener);
  await stop(service.process);
  sink.stop();
  home.remove();
}

function report(figures: ReadonlyMap<string, Figures>, rawName: string): void {
  const raw = figures.get(rawName);
  const ours = [...figures].filter(([name]) => name !== rawName);
  const headings = [
    '',
    ...IN_FLIGHT.map((count) => `${count} in flight`),
    'at 50/s: p50 ms',
    'p99 ms',
    'lost',
    'twice',
  ];
  const row = ([name, { rates, p50, p99, lost, twice }]: [string, Figures]) => [
    name,
    ...rates.map((rate) => `${rate.toFixed(0)}/s`),
    p50.toFixed(2),
    p99.toFixed(2),
    String(lost),
    String(twice),
  ];
  const ratios = ours.map(([name, { rates, p50, p99 }]) => [
    `${name} : raw`,
    ...rates.map((rate, i) => ratio(rate, raw?.rates[i])),
    ratio(p50, raw?.p50),
    ratio(p99, raw?.p99),
  ]);
  const goals = ours.map(([name, { rates, p50, p99, lost }]) => [
    `${name}: goals`,
    ...rates.map((rate, i) => (i === rates.length - 1 ? verdict(rate >= GOAL.eventsPerSecond) : '')),
    verdict(p50 <= GOAL.p50),
    verdict(p99 <= GOAL.p99),
    verdict(lost === 0),
  ]);
  print(tableText(headings, [...[...figures].map(row), ...ratios, ...goals]));
}

function ratio(value: number, of: number | undefined): string {
  return `${(value / (of ?? Number.NaN)).toFixed(2)}×`;
}

function verdict(met: boolean): string {
  return met ? 'met' : 'missed';
}
