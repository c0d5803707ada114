import { onTestFinished } from 'vitest';
import { ApiClient } from '../../src/api/client.js';
import { startBalancer } from './balancer.js';
import type { RunningCommand } from './cli.js';
import { eventually } from './eventually.js';
import { Home } from './home.js';
import { startLoad, type Load } from './load.js';
import { testDatabase } from './postgres-database.js';
import { expectAllReceived, type Receipts } from './receipts.js';
import { startReceivingApp, type ReceivingApp, type ReceivingAppOptions } from './receiving-app.js';
import { localCredentials } from './subscribe.js';
import { drained } from './whole-history.js';

/** An answer that takes its time leaves exchanges open for a fault to break. */
export const slowly = () => new Promise<number>((resolve) => setTimeout(() => resolve(200), 30));

/** Several processes of the service on one database, behind a plain balancer, with events that come and are delivered. */
export interface ProcessesOnOne {
  readonly home: Home;
  readonly api: ApiClient;
  /** Of the balancer. */
  readonly url: string;
  readonly app: ReceivingApp;
  readonly load: Load;
  /** The one that brings the events; undefined where the app is a webhook. */
  readonly listener: RunningCommand | undefined;
  /** Starts another listener of the same name. */
  listen(...args: string[]): RunningCommand;
  pid(place: number): number;
  /** Ends a process, and starts it again on its port. */
  restart(place: number, signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  stop(place: number, signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  moreAccepted(count: number): Promise<void>;
  /** Ends the load and expects that the app received all that was accepted, in order; see {@link expectAllReceived}. */
  allReceived(limit?: number): Promise<Receipts>;
}

export interface ProcessesOptions {
  readonly count?: number;
  readonly answer?: ReceivingAppOptions['answer'];
  /** The database; one of its own on the PostgreSQL of all tests when absent. */
  readonly database?: string;
  /** How events come to the app: it is registered as a webhook, or a listener brings them. */
  readonly by?: 'webhook' | 'listener';
  readonly senders?: number;
}

export async function processesOnOne({
  count = 3,
  answer,
  database,
  by = 'webhook',
  senders = 6,
}: ProcessesOptions = {}): Promise<ProcessesOnOne> {
  const home = new Home(onTestFinished);
  const url = database ?? (await testDatabase({ isEmpty: true }));
  const serve = (port = '0') => home.serve({ port, args: ['--database', url] });
  const running: Awaited<ReturnType<typeof serve>>[] = [];
  // One after another: the first makes the account, and all go by the credentials of this home.
  while (running.length < count) running.push(await serve());
  const at = (place: number) => running[place] as (typeof running)[number];
  const portOf = (command: { readonly serving: { readonly url: string } }) => new URL(command.serving.url).port;
  const balancer = await startBalancer(() => running.map((command) => Number(portOf(command))));
  const credentials = localCredentials(home);
  const api = new ApiClient({ apiUrl: balancer.url, ...credentials, userAgent: 'test' });
  const app = await startReceivingApp(onTestFinished, { answer });
  const listen = (...more: string[]) => {
    const env = { CALREPLY_CLIENT_ID: credentials.clientId, CALREPLY_CLIENT_SECRET: credentials.clientSecret };
    const args = ['listen', '--forward-to', app.url, '--name', 'laptop', '--json', '--api-url', balancer.url];
    return home.start([...args, ...more], { env });
  };
  if (by === 'webhook') await api.createWebhook({ url: app.url });
  const listener = by === 'listener' ? listen() : undefined;
  await listener?.jsonLine('ready');
  const load = startLoad({ api, senders, pause: 10 });
  const stop = async (place: number, signal: 'SIGTERM' | 'SIGKILL') =>
    void (await (at(place) as RunningCommand).stop(signal));

  return {
    ...{ home, api, url: balancer.url, app, load, listener, listen },
    pid: (place) => at(place).serving.pid,
    stop,
    async restart(place, signal) {
      const port = portOf(at(place));
      await stop(place, signal);
      running[place] = await serve(port);
    },
    async moreAccepted(more) {
      const until = load.accepted.size + more;
      await eventually('more events to be accepted', () => load.accepted.size >= until, 90_000);
    },
    async allReceived(limit = 90_000) {
      await load.stop();
      await drained(api, limit);
      return expectAllReceived(load, app.received);
    },
  };
}
