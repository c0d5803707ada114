import { wantsType } from '../../model/webhook.js';
import { toReceiver, type Receiver, type ReceiverRow } from '../receiver.js';
import type { Statements } from './statements.js';

/** Whether a webhook is on; undefined when there is none. */
export async function isWebhookOn(statements: Statements, accountId: string, id: string): Promise<boolean | undefined> {
  const [row] = await statements.rows<{ readonly enabled: number }>(IS_ON, [accountId, id]);
  return row && row.enabled === 1;
}

/** Of a call: whose events it has, and for whom they are. */
interface AskedCall {
  readonly accountId: string;
  readonly events: readonly { readonly to?: readonly string[] | undefined }[];
}

type ReceiversOf = (accountId: string, type: string, to: readonly string[] | undefined) => readonly Receiver[];

/**
 * Finds who is to be told of events. None of them is removed before the transaction ends: what is made for them now is given
 * up by whoever removes them.
 */
export async function receiversOf(statements: Statements, calls: readonly AskedCall[]): Promise<ReceiversOf> {
  const toAll = calls
    .filter(({ events }) => events.some(({ to }) => to === undefined))
    .map(({ accountId }) => accountId);
  const named = new Set(calls.flatMap(({ events }) => events.flatMap(({ to }) => to ?? [])));
  const rows = await statements.rows<OwnReceiverRow>(RECEIVERS, [[...new Set(toAll)], [...named]]);
  const receivers = rows.map((row) => ({ ...toReceiver(row), accountId: row.account_id, isOn: row.enabled === 1 }));
  const byId = new Map(receivers.map((receiver) => [`${receiver.accountId} ${receiver.id}`, receiver]));
  return (accountId, type, to) => {
    if (to) return to.flatMap((id) => byId.get(`${accountId} ${id}`) ?? []);
    return receivers.filter((webhook) => webhook.accountId === accountId && webhook.isOn && wantsType(webhook, type));
  };
}

interface OwnReceiverRow extends ReceiverRow {
  readonly account_id: string;
  readonly enabled: number;
}

const IS_ON = 'SELECT enabled FROM webhooks WHERE removed_at IS NULL AND account_id = $1 AND id = $2';

const RECEIVERS = `
  SELECT row, id, account_id, url, listener_id, event_types, enabled FROM webhooks
  WHERE removed_at IS NULL AND (account_id = ANY ($1::text[]) AND enabled = 1 OR id = ANY ($2::text[]))
  ORDER BY row FOR KEY SHARE`;
