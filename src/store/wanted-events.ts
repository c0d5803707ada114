import { MOST_NOTIFICATIONS } from './accept-store.js';

/** From where on events are looked at, for what a listener wants of the history. */
export interface SearchStart {
  /** The row before the first. */
  readonly after: number;
  /** Those that were made before this time are left out. */
  readonly since: number;
  /** None with a greater row was: its time need not be looked at, which lies behind its body. */
  readonly sinceUpTo: number;
}

/** An event that a listener wants. */
export interface WantedEvent {
  readonly row: number;
  readonly type: string;
  readonly subscription_id: string | null;
}

/** The webhook of a listener, and what it wants, as JSON. */
export interface ListenerWebhookRow {
  readonly row: number;
  readonly event_types: string;
}

/** True when more was found than is sent again at once. */
export function isSearchOver({ found }: { readonly found: readonly number[] }): boolean {
  return found.length > MOST_NOTIFICATIONS;
}
