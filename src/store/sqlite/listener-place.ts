import type { Kysely } from 'kysely';
import { MOST_NOTIFICATIONS } from '../accept-store.js';
import { notify, receiversIn } from './accept.js';
import type { ListenerPlace, PlaceHolder, PlaceOutcome } from '../listener-store.js';
import { firstEvent, NOBODY } from '../place-start.js';
import { giveUpPending } from './pending.js';
import type { Statements } from './statements.js';
import type { Tables } from '../tables.js';
import { isSearchOver } from '../wanted-events.js';
import { lookOn, startSearch, wantedNow, webhookOf } from './wanted-events.js';
import type { AtOnceOptions } from './write-queue.js';

export interface PlacingOptions {
  readonly db: Kysely<Tables>;
  readonly statements: Statements;
  /** Reads what is committed, and nothing of a unit that is halfway. */
  readonly read: <T>(read: () => T) => Promise<T>;
  /** Writes in one go, as a unit of the queue. */
  readonly write: <T>(work: () => T, options: AtOnceOptions) => Promise<T>;
}

/**
 * Takes a listener to another place of the history. What it wants is looked for first, a short read at a time; the write
 * itself looks only at what was found and at what came meanwhile, and finds what speaks against it before it changes
 * anything.
 */
export async function placeListener(
  options: PlacingOptions,
  place: ListenerPlace,
  holder: PlaceHolder = NOBODY,
): Promise<PlaceOutcome> {
  if (holder.isHeld()) return { kind: 'held' };
  const { db, statements, read, write } = options;
  const { accountId, webhookId, start, now } = place;
  const from = await firstEvent(db, accountId, start);
  if (!from) return { kind: 'unknown-start' };
  const search = await read(() => startSearch(statements, { accountId, webhookId, from }));
  if (!search) return { kind: 'listener-removed' };
  while (!(await read(() => lookOn(statements, search)))) {
    if (isSearchOver(search)) return { kind: 'too-many' };
    // A turn of the event loop for everybody else.
    await new Promise((resolve) => setImmediate(resolve));
  }

  let isPlaced = false;
  const work = (): PlaceOutcome | undefined => {
    const { row, event_types: eventTypes } = search.webhook;
    const webhook = webhookOf(statements, accountId, webhookId);
    if (!webhook) return { kind: 'listener-removed' };
    // It wants something else by now, so what was found is not what it wants.
    if (webhook.event_types !== eventTypes) return undefined;
    if (holder.isHeld()) return { kind: 'held' };
    const events = wantedNow(statements, search);
    if (events.length > MOST_NOTIFICATIONS) return { kind: 'too-many' };

    const skipped = giveUpPending(statements, row, 'skipped', now);
    const receivers = receiversIn(statements, accountId)('', [webhookId]);
    for (const { row: eventRow, type, subscription_id: subscriptionId } of events) {
      notify(statements, { row: eventRow, accountId, type, subscriptionId }, receivers, now);
    }

    isPlaced = true;
    return { kind: 'placed', skipped, replayed: events.length };
  };
  const onCommit = () => {
    if (isPlaced) holder.onPlaced();
  };
  const outcome = await write(work, { onCommit, weight: search.found.length + 1 });
  return outcome ?? placeListener(options, place, holder);
}
