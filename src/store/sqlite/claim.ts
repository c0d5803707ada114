import {
  CLAIMED_COLUMNS,
  CLAIMED_WEBHOOKS,
  toClaimed,
  toClaimedWebhook,
  type ClaimedRow,
  type ClaimedWebhookRow,
} from '../claimed.js';
import { earliest, mostInFlight } from '../due.js';
import type { Claims } from './claims.js';
import type { ClaimRequest, ClaimResult, ClaimedNotification } from '../delivery-store.js';
import { byDueTime, dueNow, workingWebhooks, type Due, type WorkingWebhook } from './due.js';
import type { Statements } from './statements.js';
import type { Sealer } from '../sealer.js';

/**
 * Takes what is due, on SQLite: one process owns the database, so nobody can come in between.
 *
 * The cost follows the webhooks that have something due, not what waits behind them: a hung webhook with thousands of
 * waiting notifications is looked at once, and not read when it has its share in flight.
 */
export function claimDue(statements: Statements, claims: Claims, sealer: Sealer, request: ClaimRequest): ClaimResult {
  const { claim: name, until } = request;
  const working = workingWebhooks(statements, request);
  const chosen = inTurn(candidates(statements, claims, request, working), request.limit);
  const claimed = withDetails(statements, sealer, chosen);
  const nextDueAt = earliest(working.map((webhook) => webhook.nextDueAt));
  // Last: what could not be read would otherwise stay claimed, and be sent by nobody.
  for (const { row, id, webhookRow } of chosen) claims.add(id, { name, until, row, webhookRow });
  return { claimed, nextDueAt };
}

interface Candidate extends Due {
  readonly webhookRow: number;
  readonly isListener: boolean;
  /** 1 for the only one of its webhook in flight, 2 for one beside it. */
  readonly place: number;
}

function candidates(
  statements: Statements,
  claims: Claims,
  { now, perWebhook }: ClaimRequest,
  working: readonly WorkingWebhook[],
): readonly Candidate[] {
  return working.flatMap((webhook) => {
    const { row: webhookRow, listener } = webhook;
    const inFlight = claims.inFlightTo(webhookRow);
    const atMost = mostInFlight(webhook, perWebhook) - inFlight;
    if (atMost <= 0) return [];
    return dueNow(statements, claims, webhook, { now, atMost }).map((due, index) => {
      return { ...due, webhookRow, isListener: listener !== null, place: inFlight + index + 1 };
    });
  });
}

/**
 * All of the listeners', and `limit` others. The first of each webhook goes before the second of any, so that what waits
 * in a long line takes no short one's turn.
 */
function inTurn(all: readonly Candidate[], limit: number): readonly Candidate[] {
  const toUrls = all
    .filter(({ isListener }) => !isListener)
    .sort((one, other) => one.place - other.place || byDueTime(one, other))
    .slice(0, limit);
  return [...toUrls, ...all.filter(({ isListener }) => isListener)].sort(byDueTime);
}

function withDetails(
  statements: Statements,
  sealer: Sealer,
  chosen: readonly Candidate[],
): readonly ClaimedNotification[] {
  if (chosen.length === 0) return [];
  const rows = rowsOf(chosen.map(({ row }) => row));
  const details = new Map(statements.rows<ClaimedRow>(DETAILS, rows).map((row) => [row.row, row]));
  const webhooks = claimedWebhooks(statements, sealer, chosen);
  return chosen.flatMap(({ row, webhookRow }) => {
    const found = details.get(row);
    const webhook = webhooks.get(webhookRow);
    return found && webhook ? [{ ...toClaimed(found), webhook }] : [];
  });
}

/** The webhooks of what was chosen, by row, each read once. */
function claimedWebhooks(statements: Statements, sealer: Sealer, chosen: readonly Candidate[]) {
  const rows = rowsOf([...new Set(chosen.map(({ webhookRow }) => webhookRow))]);
  return new Map(
    statements.rows<ClaimedWebhookRow>(WEBHOOKS, rows).map((row) => [row.row, toClaimedWebhook(row, sealer)]),
  );
}

function rowsOf(rows: readonly number[]): string {
  return JSON.stringify(rows);
}

const DETAILS = `
  SELECT ${CLAIMED_COLUMNS}
  FROM json_each(?) chosen
  CROSS JOIN notifications n ON n.row = chosen.value
  CROSS JOIN events e ON e.row = n.event_row`;

const WEBHOOKS = `${CLAIMED_WEBHOOKS} IN (SELECT value FROM json_each(?))`;
