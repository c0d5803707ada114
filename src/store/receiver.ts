import type { EventType } from '../model/event-types.js';
import type { Webhook } from '../model/webhook.js';
import { RecentMap } from '../util/recent-map.js';

/** A webhook that is to be told. */
export interface Receiver extends Pick<Webhook, 'id' | 'url' | 'listenerId' | 'eventTypes'> {
  readonly row: number;
}

/** What is read of it. */
export interface ReceiverRow {
  readonly row: number;
  readonly id: string;
  readonly url: string;
  readonly listener_id: string | null;
  readonly event_types: string;
}

export function toReceiver({ row, id, url, listener_id: listenerId, event_types: eventTypes }: ReceiverRow): Receiver {
  return { row, id, url, listenerId, eventTypes: eventTypesIn(eventTypes) };
}

/** Most webhooks want the same few types, and each event asks for them. */
function eventTypesIn(text: string): readonly EventType[] {
  const known = KNOWN_TYPES.get(text);
  if (known) return known;
  const eventTypes = JSON.parse(text) as EventType[];
  KNOWN_TYPES.set(text, eventTypes);
  return eventTypes;
}

const KNOWN_TYPES = new RecentMap<string, readonly EventType[]>(100);
