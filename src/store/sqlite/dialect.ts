import { SqliteAdapter, SqliteDialect, SqliteDriver, type DatabaseConnection, type SqliteDatabase } from 'kysely';

/** Kysely on SQLite, where a migration that was cut short leaves nothing behind. */
export class Dialect extends SqliteDialect {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    super({ database });
    this.#database = database;
  }

  override createAdapter(): SqliteAdapter {
    return new Adapter();
  }

  override createDriver(): SqliteDriver {
    return new Driver({ database: this.#database });
  }
}

/** SQLite can take back a CREATE TABLE, whatever Kysely says. */
class Adapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class Driver extends SqliteDriver {
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // After some failures (a full disk) SQLite has rolled back by itself. Its refusal would hide why.
    await super.rollbackTransaction(connection).catch(() => undefined);
  }
}
