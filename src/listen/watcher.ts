import type { ListenEvent } from '../tunnel/listening.js';

/** Who looks on while a listener runs. When it throws, forwarding goes on as if it had not. */
export interface ListenWatcher {
  onEvent(event: ListenEvent): void;
}
