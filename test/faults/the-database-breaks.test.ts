import pg from 'pg';
import { onTestFinished, test } from 'vitest';
import { testDatabase } from '../helpers/postgres-database.js';
import { startPostgres } from '../helpers/postgres-server.js';
import { processesOnOne, slowly } from '../helpers/processes-on-one.js';
import { startTcpProxy } from '../helpers/tcp-proxy.js';
import { wholeFaults } from '../helpers/whole-faults.js';

/** How often each fault happens, and how many events are accepted in between. */
const { times, between } = wholeFaults ? { times: 9, between: 400 } : { times: 2, between: 60 };
const limit = wholeFaults ? 600_000 : 120_000;

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
