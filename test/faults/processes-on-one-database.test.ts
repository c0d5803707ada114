import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import type { ListenJson } from '../../src/cli/output/listen-json.js';
import { testDatabase } from '../helpers/postgres-database.js';
import { startPostgres } from '../helpers/postgres-server.js';
import { processesOnOne } from '../helpers/processes-on-one.js';
import { startTcpProxy } from '../helpers/tcp-proxy.js';
import { wholeFaults } from '../helpers/whole-faults.js';
import { wholeHistory } from '../helpers/whole-history.js';

type Line<Type extends ListenJson['type']> = Extract<ListenJson, { type: Type }>;

/** How often each fault happens, and how many events are accepted in between. */
const { times, between } = wholeFaults ? { times: 9, between: 400 } : { times: 2, between: 60 };
const limit = wholeFaults ? 600_000 : 120_000;
/** Longer than the lease of a process, and than it takes the others to see that it is over. In milliseconds. */
const FROZEN_FOR = 62_000;

/** An answer that takes its time leaves exchanges open for a fault to break. */
const slowly = () => new Promise<number>((resolve) => setTimeout(() => resolve(200), 30));

test(
  `one of three processes is killed under load, ${times} times: nothing is lost, and the order holds`,
  async () => {
    const run = await processesOnOne({ answer: slowly });
    for (let kill = 0; kill < times; kill += 1) {
      await run.moreAccepted(between);
      await run.restart(kill % 3, 'SIGKILL');
    }

    await run.moreAccepted(between);
    await run.allReceived();
    const history = await wholeHistory(run.api);
    expect(new Set(history.map(({ status }) => status))).toEqual(new Set(['delivered']));
  },
  limit,
);

test(
  `one of three is frozen past its lease under load, and thawed: what it says then counts no more`,
  async (context) => {
    if (!wholeFaults) context.skip('a lease takes 45 s to run out');
    const run = await processesOnOne({ answer: slowly });
    await run.moreAccepted(between);
    process.kill(run.pid(1), 'SIGSTOP');
    const thawed = new Promise<void>((resolve) =>
      setTimeout(() => {
        process.kill(run.pid(1), 'SIGCONT');
        resolve();
      }, FROZEN_FOR),
    );
    await thawed;
    await run.moreAccepted(between);
    await run.allReceived();
    for (const { id } of (await run.api.notifications({ limit: 1_000 })).notifications) {
      const { attempts } = await run.api.notification(id);
      expect(attempts.map(({ number }) => number)).toEqual(attempts.map((_, index) => index + 1));
      expect(attempts.filter(({ status }) => status === 200)).toHaveLength(1);
    }
  },
  limit,
);

test(
  `every connection to the database is cut under load, ${times} times: nothing is lost, and it goes on by itself`,
  async () => {
    const database = await testDatabase({ isEmpty: true });
    const run = await processesOnOne({ database, count: 2, answer: slowly });
    const client = new pg.Client(database);
    await client.connect();
    onTestFinished(() => client.end());
    for (let cut = 0; cut < times; cut += 1) {
      await run.moreAccepted(between);
      await client.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
    }

    await run.moreAccepted(between);
    await run.allReceived();
  },
  limit,
);

test(
  'connections that go half open under load are given up, and nothing is lost',
  async () => {
    const database = await testDatabase({ isEmpty: true });
    const network = await startTcpProxy(database);
    const run = await processesOnOne({ database: network.through(database), count: 2 });
    await run.moreAccepted(between);
    network.swallowFromService();
    await run.moreAccepted(between);
    await run.allReceived();
  },
  limit,
);

test(
  'the database is restarted and killed under load: nothing is lost, and it goes on by itself',
  async () => {
    const server = await startPostgres();
    onTestFinished(() => server.remove());
    const run = await processesOnOne({ database: server.url, count: 2, answer: slowly });
    for (const how of ['shutdown', 'kill'] as const) {
      await run.moreAccepted(between);
      await server.end(how);
      await new Promise((resolve) => setTimeout(resolve, 500));
      await server.start();
    }

    await run.moreAccepted(between);
    await run.allReceived();
  },
  limit,
);

test(
  'three processes are restarted one after another behind a plain balancer: every answer is 2xx',
  async () => {
    const run = await processesOnOne({ answer: slowly });
    const statuses = new Map<number, number>();
    let isOver = false;
    const asking = (async () => {
      const token = await run.api.accessToken();
      while (!isOver) {
        const answer = await fetch(`${run.url}/v1/webhooks`, { headers: { authorization: `Bearer ${token}` } }).catch(
          () => undefined,
        );
        await answer?.arrayBuffer();
        if (answer) statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      }
    })();
    for (const place of [0, 1, 2]) {
      await run.moreAccepted(between);
      await run.restart(place, 'SIGTERM');
    }

    await run.moreAccepted(between);
    isOver = true;
    await asking;
    expect([...statuses.keys()]).toEqual([200]);
    const { times: receipts } = await run.allReceived();
    // Nothing was on its way when a process ended, so nothing came again.
    expect(Math.max(...receipts.values())).toBe(1);
  },
  limit,
);

test(
  'a listener goes on at another process when its own is killed, with all in order',
  async () => {
    const run = await processesOnOne({ by: 'listener', senders: 3, answer: slowly });
    for (let kill = 0; kill < 3; kill += 1) {
      await run.moreAccepted(between);
      await run.restart(kill, 'SIGKILL');
    }

    await run.moreAccepted(between);
    // Whatever its process was sending to it when that was killed was taken over with it, and did not wait for a lease.
    await run.allReceived(20_000);
    await run.listener?.jsonLine<Line<'connected'>>('connected', ({ again }) => again);
  },
  limit,
);

test(
  'a name that is held at one process is held at all, until somebody takes it over',
  async () => {
    const run = await processesOnOne({ by: 'listener', count: 2, senders: 1 });
    // Calls go to one process after another, so both are asked.
    for (let round = 0; round < 2; round += 1) {
      const { listeners } = await run.api.listeners();
      expect(listeners).toMatchObject([{ name: 'laptop', connected: true }]);
      const refused = await run.listen().ended;
      expect(refused.exitCode).toBe(7);
      expect(refused.stdout).toContain('is held by calreply/');
    }

    const second = run.listen('--takeover');
    await second.jsonLine('ready');
    const displaced = await run.listener?.ended;
    expect(displaced?.exitCode).toBe(7);
    expect(displaced?.stdout).toContain('taken over by calreply/');
    await run.moreAccepted(20);
    await run.allReceived();
  },
  limit,
);
