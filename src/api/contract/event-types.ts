import Type, { type Static } from 'typebox';
import { EVENT_TYPES } from '../../model/event-types.js';

export const EventTypeName = Type.Enum([...EVENT_TYPES]);

/** The types that a webhook or listener wants. */
export const EventTypes = Type.Array(EventTypeName, {
  maxItems: EVENT_TYPES.length,
  description: 'The types it is told of; empty for every type.',
});

export const EventTypeList = Type.Object(
  { eventTypes: Type.Array(Type.Object({ type: EventTypeName, trigger: Type.String() })) },
  { title: 'EventTypeList' },
);
export type EventTypeList = Static<typeof EventTypeList>;
