import type { DeliveryError } from '../model/delivery-error.js';
import type { Attempt, NewNotification } from '../model/notification.js';
import type { NewEvent } from './records.js';

/**
 * What a unit of work does with events, notifications and who has their turn: the same verbs for each database, by its own
 * means (`sqlite/`, `postgres/`). Valid as long as the unit.
 */
export interface NotificationWrites {
  /**
   * Keeps an event, and gives its row.
   *
   * @param isDirected true when it is for some webhooks by name, and not for all that want its type
   */
  insertEvent(event: NewEvent, options: { readonly isDirected: boolean }): Promise<number>;
  /**
   * Makes a pending notification of an event for each webhook that is to be told: for those of `to`, or every one that is
   * on and wants the type. One whose subscription has an earlier one pending at the same webhook waits behind it.
   */
  notify(event: KeptEvent, to: readonly string[] | undefined, now: number): Promise<readonly NewNotification[]>;
  insertAttempt(notificationRow: number, attempt: Attempt): Promise<void>;
  /** Nobody else claims, finishes or changes these until the unit ends. */
  lockNotifications(accountId: string, ids: readonly string[]): Promise<void>;
  /** Nobody else changes this webhook, or makes notifications for it, until the unit ends. */
  lockWebhook(id: string): Promise<void>;
  /** Whether somebody attempts the notification of this row now. */
  isInFlight(notificationRow: number): Promise<boolean>;
  /** Settles who has the turn after some of the pending were made due: the one in flight, else the oldest, and nobody else. */
  restoreOrder(line: Line, now: number): Promise<void>;
  /** How many are pending at a webhook. Counting ends at `atMost`. */
  countPending(webhookRow: number, atMost: number): Promise<number>;
  /**
   * Gives up all that are pending at a webhook, those in flight included: their outcome is not kept any more.
   *
   * @returns how many
   */
  giveUpPending(webhookRow: number, error: DeliveryError, at: number): Promise<number>;
}

/** Which event, and whose: what a notification of it needs. */
export interface KeptEvent {
  readonly row: number;
  readonly accountId: string;
  readonly type: string;
  readonly subscriptionId: string | null;
}

/**
 * The notifications of one order key at one webhook, which go one after another. Of the pending ones exactly one has a due
 * time: the one in flight, else the oldest. The others wait behind it with `due_at` null, and whoever ends the turn of
 * that one hands it on.
 */
export interface Line {
  readonly webhook_row: number;
  readonly order_key: string;
}
