import type { Generated } from 'kysely';

/**
 * The tables. Each has an integer `row` as its key, because a table keyed by text takes twice the space and two thirds
 * of the insert rate; the id people see stands beside it under a unique index. Times are milliseconds since 1970.
 */
export interface Tables {
  accounts: { row: Generated<number>; id: string; name: string; code: string; created_at: number };
  clients: {
    row: Generated<number>;
    client_id: string;
    secret_hash: string;
    account_id: string;
    created_at: number;
    /** When it holds no more, because it was replaced; null while nothing replaced it. */
    expires_at: number | null;
  };
  tokens: {
    row: Generated<number>;
    hash: string;
    kind: 'access' | 'refresh';
    client_id: string;
    account_id: string;
    expires_at: number;
  };
  calendars: { row: Generated<number>; id: string; account_id: string; code: string; title: string };
  tags: { row: Generated<number>; id: string; calendar_id: string; name: string; external_id: string };
  subscriptions: {
    row: Generated<number>;
    id: string;
    account_id: string;
    calendar_id: string;
    username: string;
    method: string;
    action_type: string;
    /** JSON: SubscriptionDetails */
    details: string;
    created_at: number;
    /** Null while it is active. */
    deactivated_at: number | null;
  };
  /** Entries of a calendar, for all who are subscribed to it. */
  calendar_events: {
    row: Generated<number>;
    id: string;
    calendar_id: string;
    external_id: string | null;
    starts_at: number;
    changed_at: number;
    /** JSON: the rest of CalendarEvent */
    details: string;
  };
  /** Personal events, by the merchant's own id. */
  subscription_events: {
    row: Generated<number>;
    account_id: string;
    event_id: string;
    /** JSON: EventDetails */
    details: string;
  };
  /** Which subscription has which personal event. */
  attached_events: { row: Generated<number>; event_row: number; subscription_id: string };
  /** What events tell of subscriptions, also of those that this service never made: see `fold-events.ts`. */
  subscription_periods: {
    row: Generated<number>;
    account_id: string;
    subscription_id: string;
    /** 1 for what triggered events tell, which never touches what the others do. */
    is_test: number;
    number: number;
    subscribed_at: number | null;
    renewed_at: number | null;
    ended_at: number | null;
    told_at: number;
    /** Who it is of: the same in all subscriptions of one person. */
    subscriber: string;
    calendar_code: string | null;
    zip_code: string | null;
    utm_source: string | null;
    utm_medium: string | null;
    utm_campaign: string | null;
    /** JSON: string[], in alphabetical order, so that the same tags are the same text; null where they are not known. */
    tags: string | null;
    /** JSON: the other facts */
    details: string;
  };
  webhooks: {
    row: Generated<number>;
    id: string;
    account_id: string;
    url: string;
    /** JSON: string[] */
    event_types: string;
    /** JSON: Record<string, string>; sealed, as both secrets are (`sealer.ts`) */
    headers: string;
    secret: string;
    /** The secret before the last rotation, and until when it signs as well; null when it does not. */
    old_secret: string | null;
    old_secret_until: number | null;
    enabled: number;
    disabled_reason: string | null;
    listener_id: string | null;
    /** The id of the webhook whose secrets sign what goes to this one as well; of a listener, or null. */
    sign_as: string | null;
    created_at: number;
    /** Null until it is taken off; kept for the history. */
    removed_at: number | null;
  };
  listeners: {
    row: Generated<number>;
    id: string;
    account_id: string;
    name: string;
    webhook_id: string;
    created_at: number;
    removed_at: number | null;
    /** When its tunnel was last known to be up, to the minute; null when it never was. */
    last_connected_at: number | null;
  };
  events: {
    row: Generated<number>;
    id: string;
    account_id: string;
    type: string;
    source: string;
    is_test: number;
    subscription_id: string | null;
    calendar_code: string | null;
    body: Uint8Array;
    /** JSON: InboxRequest; null but for what came in at an inbox. */
    request: string | null;
    created_at: number;
    /** 1 when it was accepted for some webhooks by name, and not for all that want its type. */
    directed: Generated<number>;
  };
  /** The rows of events that were not folded into `subscription_periods` yet. */
  events_to_fold: { row: number };
  notifications: {
    row: Generated<number>;
    id: string;
    account_id: string;
    event_row: number;
    webhook_row: number;
    status: string;
    attempt_count: number;
    /** The subscription whose notifications to one webhook go one after another; null: in no order. */
    order_key: string | null;
    /** The event's type, where it goes to a listener; null for one to a URL. */
    listener_type: string | null;
    /** When the next attempt is due. Null when finished, or while an earlier one with the same order key is pending. */
    due_at: number | null;
    /** When the first attempt of the schedule that is under way started; null before it, and after a retry by hand. */
    first_attempt_at: number | null;
    last_status: number | null;
    last_error: string | null;
    created_at: number;
    finished_at: number | null;
  };
  idempotency_keys: {
    row: Generated<number>;
    account_id: string;
    key: string;
    /** SHA-256 of the body that came with the key, in hexadecimal. */
    request_hash: string;
    /** The first event. */
    event_row: number;
    /** JSON: the ids of all events; null when there is one. */
    event_ids: string | null;
  };
  /** One row at most, for nothing but to see whether something can be written. */
  write_probe: { row: number; bytes: Uint8Array };
  attempts: {
    row: Generated<number>;
    notification_row: number;
    number: number;
    started_at: number;
    duration_ms: number;
    status: number | null;
    error: string | null;
    answer: string | null;
    location: string | null;
  };
  /** The blocks of the history that are counted. A change of what is counted takes its block out of here. */
  history_blocks: { block: number };
  /** What an account has in a counted block. */
  history_block_counts: {
    block: number;
    account_id: string;
    /** The times between which its notifications in the block were made, both included. */
    first_created_at: number;
    last_created_at: number;
    /** JSON: see `history-blocks.ts` */
    counts: string;
  };
}
