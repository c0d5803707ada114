import type { DeliveryError } from '../model/delivery-error.js';
import type { HeaderList } from '../model/request.js';
import type { ClaimedNotification } from '../store/store.js';
import type { HttpAnswer } from '../util/http-answer.js';

/** Somewhere notifications can be sent: a URL, or a listener's tunnel. Retries, order and history are the engine's. */
export interface Destination {
  /**
   * Makes one attempt. Failures of the other side are outcomes, never exceptions.
   *
   * @param signal ends the exchange, whatever it is doing
   */
  deliver(message: OutgoingMessage, signal: AbortSignal): Promise<Outcome>;
}

/** One attempt, ready to be sent: headers are complete and signed. */
export interface OutgoingMessage {
  readonly notification: ClaimedNotification;
  readonly headers: HeaderList;
  /** Sent as it is, byte for byte. */
  readonly body: Buffer;
}

/** How one attempt went. */
export type Outcome = Answered | Unanswered | Unsent;

/** There was an answer; whether it is a success is decided by its status. */
export interface Answered extends HttpAnswer {
  readonly kind: 'answered';
  readonly durationMs: number;
}

/** There was no answer. `error` is a short code such as `connection_refused`. */
export interface Unanswered {
  readonly kind: 'unanswered';
  readonly error: DeliveryError;
  readonly durationMs: number;
}

/** It never left (the tunnel closed first), so it does not count as an attempt. */
export interface Unsent {
  readonly kind: 'unsent';
}
