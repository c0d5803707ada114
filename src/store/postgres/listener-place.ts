import type { ListenerPlace, PlaceHolder, PlaceOutcome } from '../listener-store.js';
import { MOST_NOTIFICATIONS } from '../accept-store.js';
import { firstEvent, NOBODY } from '../place-start.js';
import { notify } from './accept.js';
import { receiversOf } from './receivers.js';
import type { PostgresConnection } from './connection.js';
import { giveUpPending } from './pending.js';
import type { Statements } from './statements.js';
import { isSearchOver } from '../wanted-events.js';
import { lockWebhook, lookOn, startSearch, wantedNow, type Search } from './wanted-events.js';

/**
 * Takes a listener to another place of the history. What it wants is looked for first, a short read at a time; the
 * transaction that writes looks only at what was found and at what came meanwhile.
 */
export async function placeListener(
  connection: PostgresConnection,
  place: ListenerPlace,
  holder: PlaceHolder = NOBODY,
): Promise<PlaceOutcome> {
  if (holder.isHeld()) return { kind: 'held' };
  const { accountId, webhookId, start } = place;
  const from = await firstEvent(connection.db, accountId, start);
  if (!from) return { kind: 'unknown-start' };
  const search = await connection.transaction((unit) => startSearch(unit, { accountId, webhookId, from }));
  if (!search) return { kind: 'listener-removed' };
  while (!(await lookOn(connection, search))) if (isSearchOver(search)) return { kind: 'too-many' };
  const outcome = await connection.transaction((unit) => placeIn(unit, place, search, holder));
  if (outcome?.kind === 'placed') holder.onPlaced();
  return outcome ?? placeListener(connection, place, holder);
}

/** @returns undefined when the listener wants something else by now, so that what was found is not what it wants */
async function placeIn(
  unit: Statements,
  { accountId, webhookId, now }: ListenerPlace,
  search: Search,
  holder: PlaceHolder,
): Promise<PlaceOutcome | undefined> {
  const webhook = await lockWebhook(unit, accountId, webhookId);
  if (!webhook) return { kind: 'listener-removed' };
  if (webhook.event_types !== search.webhook.event_types) return undefined;
  if (holder.isHeld()) return { kind: 'held' };
  const events = await wantedNow(unit, search);
  if (events.length > MOST_NOTIFICATIONS) return { kind: 'too-many' };

  const skipped = await giveUpPending(unit, webhook.row, 'skipped', now);
  const receiversIn = await receiversOf(unit, [{ accountId, events: [{ to: [webhookId] }] }]);
  const receivers = receiversIn(accountId, '', [webhookId]);
  await notify(
    unit,
    events.map(({ row, type, subscription_id: subscriptionId }) => ({
      event: { row, accountId, type, subscriptionId },
      receivers,
      now,
    })),
  );
  return { kind: 'placed', skipped, replayed: events.length };
}
