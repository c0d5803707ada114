import type { InboxRequest } from '../../model/request.js';
import type { Claims } from './claims.js';
import type { ClaimRequest, ClaimResult, ClaimedNotification } from '../delivery-store.js';
import { byDueTime, dueNow, earliest, mostInFlight, workingWebhooks, type Due, type WorkingWebhook } from './due.js';
import type { WebhookSecrets } from '../records.js';
import type { Statements } from './statements.js';
import type { Sealer } from '../sealer.js';
import { toHeaders, toSecrets } from '../webhooks.js';

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
  const details = new Map(statements.rows<DetailsRow>(DETAILS, rows).map((row) => [row.row, row]));
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
  return new Map(statements.rows<WebhookRow>(WEBHOOKS, rows).map((row) => [row.row, toClaimedWebhook(row, sealer)]));
}

function rowsOf(rows: readonly number[]): string {
  return JSON.stringify(rows);
}

/**
 * How many attempts the schedule has made that is under way: a retry by hand begins a new one. By number and not by time,
 * since a clock can be set back.
 */
const DETAILS = `
  SELECT n.row, n.id, n.attempt_count, n.first_attempt_at, n.created_at,
    CASE WHEN n.first_attempt_at IS NULL THEN 0 ELSE n.attempt_count + 1 - (
      SELECT max(a.number) FROM attempts a WHERE a.notification_row = n.row AND a.started_at = n.first_attempt_at
    ) END AS schedule_attempts,
    e.id AS event_id, e.type, e.is_test, e.body, e.request
  FROM json_each(?) chosen
  CROSS JOIN notifications n ON n.row = chosen.value
  CROSS JOIN events e ON e.row = n.event_row`;

const WEBHOOKS = `
  SELECT w.row, w.id, w.account_id, w.url, w.headers, w.secret, w.old_secret, w.old_secret_until, w.listener_id,
    s.id AS as_id, s.secret AS as_secret, s.old_secret AS as_old_secret, s.old_secret_until AS as_old_secret_until
  FROM webhooks w
  LEFT JOIN webhooks s ON s.id = w.sign_as AND s.account_id = w.account_id AND s.removed_at IS NULL
  WHERE w.row IN (SELECT value FROM json_each(?))`;

interface DetailsRow {
  readonly row: number;
  readonly id: string;
  readonly attempt_count: number;
  readonly first_attempt_at: number | null;
  readonly created_at: number;
  readonly schedule_attempts: number;
  readonly event_id: string;
  readonly type: string;
  readonly is_test: number;
  readonly body: Uint8Array;
  readonly request: string | null;
}

interface WebhookRow {
  readonly row: number;
  readonly id: string;
  readonly account_id: string;
  readonly url: string;
  readonly headers: string;
  readonly secret: string;
  readonly old_secret: string | null;
  readonly old_secret_until: number | null;
  readonly listener_id: string | null;
  /** Of the webhook that it is signed as; null when it is none, or that one was removed. */
  readonly as_id: string | null;
  readonly as_secret: string | null;
  readonly as_old_secret: string | null;
  readonly as_old_secret_until: number | null;
}

function toClaimed(row: DetailsRow): Omit<ClaimedNotification, 'webhook'> {
  return {
    id: row.id,
    attempt: row.attempt_count + 1,
    scheduleAttempt: row.schedule_attempts + 1,
    firstAttemptAt: row.first_attempt_at,
    createdAt: row.created_at,
    event: {
      id: row.event_id,
      type: row.type,
      isTest: row.is_test === 1,
      body: Buffer.from(row.body.buffer, row.body.byteOffset, row.body.byteLength),
      request: row.request === null ? null : (JSON.parse(row.request) as InboxRequest),
    },
  };
}

function toClaimedWebhook(row: WebhookRow, sealer: Sealer): ClaimedNotification['webhook'] {
  return {
    id: row.id,
    accountId: row.account_id,
    url: row.url,
    headers: toHeaders(row, sealer),
    ...toSecrets(row, sealer),
    listenerId: row.listener_id,
    signAs: signAs(row, sealer),
  };
}

function signAs(row: WebhookRow, sealer: Sealer): WebhookSecrets | null {
  const { as_id: id, as_secret: secret, as_old_secret: old, as_old_secret_until: until } = row;
  return id === null || secret === null
    ? null
    : toSecrets({ id, secret, old_secret: old, old_secret_until: until }, sealer);
}
