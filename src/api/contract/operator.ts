import Type, { type Static } from 'typebox';
import { Guid, OrNull, Time } from './shared.js';

/* The accounts of a service, for who runs it. */

const Code = (description: string) => Type.String({ description: `Small letters, digits and -. ${description}` });
const Name = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' });

const accountFields = { id: Guid, name: Type.String(), code: Type.String(), createdAt: Time };

export const AccountSummary = Type.Object(
  {
    ...accountFields,
    clients: Type.Array(
      Type.Object({
        clientId: Type.String(),
        createdAt: Time,
        expiresAt: OrNull(
          Type.String({ format: 'date-time', description: 'Set when it was replaced: it holds so long.' }),
        ),
      }),
      { description: 'The client ids that log in to it.' },
    ),
  },
  { title: 'AccountSummary' },
);
export type AccountSummary = Static<typeof AccountSummary>;

export const AccountList = Type.Object({ accounts: Type.Array(AccountSummary) }, { title: 'AccountList' });
export type AccountList = Static<typeof AccountList>;

export const AddAccount = Type.Object(
  {
    name: Name,
    code: Type.Optional(Code('Its name in URLs; made from the name when absent.')),
    calendar: Type.Optional(
      Type.Object({ code: Type.Optional(Code('my-calendar when absent.')), title: Type.Optional(Name) }),
    ),
  },
  { additionalProperties: false },
);
export type AddAccount = Static<typeof AddAccount>;

const credentials = {
  clientId: Type.String(),
  clientSecret: Type.String({ description: 'Shown this once.' }),
};

export const AddedAccount = Type.Object(
  {
    ...accountFields,
    calendar: Type.Object({ code: Type.String(), title: Type.String() }),
    ...credentials,
  },
  { title: 'AddedAccount' },
);
export type AddedAccount = Static<typeof AddedAccount>;

export const RotateCredentials = Type.Object(
  {
    now: Type.Optional(
      Type.Boolean({ description: 'True: the old credentials, and the tokens they gave, hold no more at once.' }),
    ),
  },
  { additionalProperties: false },
);
export type RotateCredentials = Static<typeof RotateCredentials>;

export const RotatedCredentials = Type.Object(
  {
    ...accountFields,
    ...credentials,
    oldUntil: OrNull(
      Type.String({ format: 'date-time', description: 'Until then the old credentials log in too; null: no more.' }),
    ),
  },
  { title: 'RotatedCredentials' },
);
export type RotatedCredentials = Static<typeof RotatedCredentials>;
