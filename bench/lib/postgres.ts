import pg from 'pg';
import { startPostgres } from '../../test/helpers/postgres-server.js';
import type { Endings } from './endings.js';

/** Connections of each process of a peer: for sixteen clients at once. */
export const CONNECTIONS = 16;

/** The one PostgreSQL of a bench, with its own settings; it is started when it is first needed. */
export interface BenchPostgres {
  /** Makes a database on it. */
  database(name: string): Promise<string>;
}

export function benchPostgres(endings: Endings): BenchPostgres {
  let started: Promise<string> | undefined;
  const start = async () => {
    const server = await startPostgres();
    endings.add(() => server.remove());
    return server.url;
  };
  return {
    async database(name) {
      const url = await (started ??= start());
      const client = new pg.Client(url);
      await client.connect();
      try {
        await client.query(`CREATE DATABASE ${name}`);
      } finally {
        await client.end();
      }

      const database = new URL(url);
      database.pathname = `/${name}`;
      return database.href;
    },
  };
}
