import { sql, type Kysely } from 'kysely';
import { addBalance, type Balance, type TagCounts, type Tags, type ZipFilter } from '../../model/insights.js';
import type { InsightStore } from '../insight-store.js';
import type { Tables } from '../tables.js';
import { periodsIn, testsLeftOut } from './counted.js';
import { windows } from './windows.js';

/** So many tags are told apart. */
const MOST_TAGS = 10_000;
const OTHERS = '(others)';

/** Who subscribed, by tag, and how many of them unsubscribed since. */
export async function tags(db: Kysely<Tables>, query: Parameters<InsightStore['tags']>[0]): Promise<Tags> {
  const counted = new Map<string | null, { subscribes: number; unsubscribes: number }>();
  const total = { subscribes: 0, unsubscribes: 0 };
  for await (const window of windows(db, 'subscribed_at', query)) {
    // Those who chose the same tags are one group: what is in the list is looked at once for all of them.
    const groups = await periodsIn(db, 'subscribed_at', window, query)
      .select(({ fn }) => [
        'tags',
        fn.countAll<number>().as('subscribes'),
        fn.count<number>('ended_at').as('unsubscribes'),
      ])
      .where(isIn(query.zip))
      .groupBy('tags')
      .execute();
    for (const group of groups) {
      addBalance(total, group);
      for (const name of namesOf(group.tags)) add(counted, name, group);
    }
  }

  const all = [...counted].map(([tag, balance]) => ({ tag, ...balance }));
  return { tags: all.sort(mostFirst), total, testsLeftOut: await testsLeftOut(db, query, isIn(query.zip)) };
}

function isIn(zip: ZipFilter | undefined) {
  if (zip === undefined) return sql<boolean>`1 = 1`;
  if (zip.isWhole) return sql<boolean>`zip_code = ${zip.start}`;
  // By characters: what an order of texts makes of a range differs between databases.
  return sql<boolean>`substr(zip_code, 1, ${sql.lit([...zip.start].length)}) = ${zip.start}`;
}

function namesOf(tags: string | null): readonly (string | null)[] {
  const names = tags === null ? [] : (JSON.parse(tags) as string[]);
  return names.length === 0 ? [null] : names;
}

/** Of those that as many chose, who chose none is last. */
function mostFirst(one: TagCounts, other: TagCounts): number {
  return (
    other.subscribes - one.subscribes || (one.tag === null ? 1 : other.tag === null ? -1 : one.tag < other.tag ? -1 : 1)
  );
}

function add(
  counted: Map<string | null, { subscribes: number; unsubscribes: number }>,
  tag: string | null,
  group: Balance,
) {
  const name = counted.size < MOST_TAGS || counted.has(tag) ? tag : OTHERS;
  const known = counted.get(name) ?? { subscribes: 0, unsubscribes: 0 };
  addBalance(known, group);
  counted.set(name, known);
}
