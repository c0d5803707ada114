import { sql, type Kysely } from 'kysely';

/** Runs statements that are separated by a semicolon at the end of a line. */
export async function runEach(db: Kysely<unknown>, statements: string): Promise<void> {
  for (const statement of statements.split(/;\n/)) if (statement.trim() !== '') await sql.raw(statement).execute(db);
}
