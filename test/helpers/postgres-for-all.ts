import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres-server.js';
import { prepareTemplate } from './postgres-database.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The address of a PostgreSQL, as a user who may make databases. */
    postgres: string;
    /** What stores of this project are kept in. */
    database: 'sqlite' | 'postgres';
  }
}

/** One PostgreSQL for all tests of a run; `DATABASE_URL` names another. What lasts is tested by faults, with one of their own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['DATABASE_URL'];
  const server = given === undefined ? await startPostgres({ isLasting: false }) : undefined;
  const url = given ?? server?.url ?? '';
  project.provide('postgres', url);
  await prepareTemplate(url);
  return async () => {
    if (server) return server.remove();
    const client = new pg.Client(url);
    await client.connect();
    const { rows } = await client.query<{ datname: string }>(
      "SELECT datname FROM pg_database WHERE datname LIKE 'calreply_test_%'",
    );
    for (const { datname } of rows) await client.query(`DROP DATABASE ${datname} WITH (FORCE)`);
    await client.end();
  };
}
