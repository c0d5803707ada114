import { Kysely, PostgresAdapter, PostgresDialect, type PostgresPoolClient } from 'kysely';
import type pg from 'pg';
import { withoutNul } from '../kept-text.js';
import type { Tables } from '../tables.js';

/**
 * Kysely on connections of ours.
 *
 * @param connect gives one for each query, or for as long as Kysely needs one
 * @param release is given each of them when it was used
 */
export function kyselyOn(
  connect: () => Promise<pg.PoolClient>,
  release: (client: pg.PoolClient) => void,
): Kysely<Tables> {
  const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  const pool = {
    async connect() {
      const client = await connect();
      const known = clients.get(client) ?? adapted(client, release);
      clients.set(client, known);
      return known;
    },
    end: async () => {},
  };
  return new Kysely<Tables>({ dialect: new Dialect({ pool }) });
}

function adapted(client: pg.PoolClient, release: (client: pg.PoolClient) => void): PostgresPoolClient {
  return {
    query: ((sql: string, parameters: readonly unknown[]) =>
      client.query(sql, parameters.map(withoutNul))) as unknown as PostgresPoolClient['query'],
    release: () => release(client),
  };
}

class Dialect extends PostgresDialect {
  override createAdapter(): PostgresAdapter {
    return new Adapter();
  }
}

/** Migrating is locked elsewhere (`migrate.ts`): Kysely's lock is of a session, and a pooler may not unlock what it locked. */
class Adapter extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {}

  override async releaseMigrationLock(): Promise<void> {}
}
