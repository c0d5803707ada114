import Type from 'typebox';

/** Narrows a list of events or of notifications. */
export const HistoryFilter = {
  type: Type.Optional(Type.String({ maxLength: 64 })),
  calendar: Type.Optional(Type.String({ maxLength: 4096, description: 'A calendar code.' })),
  subscription: Type.Optional(Type.String({ maxLength: 4096, description: 'A calendarSubscriptionId.' })),
  since: Type.Optional(Type.String({ format: 'date-time' })),
  until: Type.Optional(Type.String({ format: 'date-time' })),
};
