import { CalReplyError } from '../errors.js';
import type { Block } from './notification.js';

/** What a refusal tells of. */
export interface Refused {
  readonly webhookId: string;
  readonly webhookUrl: string;
  readonly eventId: string;
  /** It came in at the inbox of a listener, and can go to no other. */
  readonly isInbox: boolean;
}

/**
 * Why a notification cannot be sent again, and what can be done: the same from the service that refuses it and from the
 * command that tells it before. Undefined when it can: for a listener that is not connected it waits.
 */
export function retryRefusal(notification: Refused, blockedBy: Block | null): CalReplyError | undefined {
  const { webhookId, webhookUrl, eventId, isInbox } = notification;
  switch (blockedBy) {
    case 'webhook_off':
      return webhookOff(webhookId);
    case 'webhook_removed':
      return new CalReplyError(
        'Conflict',
        isInbox
          ? `The listener ${webhookUrl} that it came in at was removed; send the request itself again to the inbox of a new one.`
          : `Its webhook ${webhookId} (${webhookUrl}) was removed; send its event to another with: calreply events resend ${eventId} --to whk_…`,
      );
    default:
      return undefined;
  }
}

/** The refusal to send something to a webhook that is off. */
export function webhookOff(id: string): CalReplyError {
  return new CalReplyError('Conflict', `Its webhook ${id} is off; turn it on with: calreply webhooks enable ${id}`);
}
