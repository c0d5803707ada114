import type { EventType } from './event-types.js';
import { isHopByHop } from './hop-by-hop.js';

/** A registered URL, or a listener's tunnel, with what it wants to be told. */
export interface Webhook {
  /** `whk_…` */
  readonly id: string;
  /** Where notifications go; `listener:<name>` for the webhook of a listener. */
  readonly url: string;
  /** Empty: every type, also those that will be added. */
  readonly eventTypes: readonly EventType[];
  /** Headers of the merchant's own, sent with every notification. */
  readonly headers: Readonly<Record<string, string>>;
  readonly enabled: boolean;
  /** Why the service turned it off (a receiver answered 410), or null. */
  readonly disabledReason: string | null;
  /** The listener that owns it, or null for a registered URL. */
  readonly listenerId: string | null;
  /** The id of the webhook whose secrets sign what goes to this one as well, and first; null for most. */
  readonly signAs: string | null;
  readonly createdAt: number;
  /** Until then the secret before this one signs as well; null when it was not rotated, or with --now. May be over. */
  readonly oldSecretUntil: number | null;
}

/** True when `webhook` wants events of `type`. */
export function wantsType(webhook: Pick<Webhook, 'eventTypes'>, type: string): boolean {
  return webhook.eventTypes.length === 0 || webhook.eventTypes.some((wanted) => wanted === type);
}

/** The names a merchant's own header may not have: they carry the message or are ours. Lower case. */
export function isReservedHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return (
    isHopByHop(lower) || OF_THE_MESSAGE.has(lower) || lower.startsWith('webhook-') || lower.startsWith('calreply-')
  );
}

const OF_THE_MESSAGE = new Set(['content-encoding', 'content-type', 'host', 'user-agent']);
