import Type, { type Static } from 'typebox';
import { Guid } from './shared.js';

/* The merchant and its calendars. */

export const TagResource = Type.Object({ id: Guid, name: Type.String(), externalId: Type.String() });

export const CalendarResource = Type.Object({
  id: Guid,
  title: Type.String(),
  code: Type.String(),
  tags: Type.Array(TagResource),
});

export const AccountResource = Type.Object(
  { id: Guid, name: Type.String(), code: Type.String(), calendars: Type.Array(CalendarResource) },
  { title: 'Account' },
);
export type AccountResource = Static<typeof AccountResource>;
