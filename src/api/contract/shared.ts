import Type, { type TSchema } from 'typebox';

/** Our own calls stand under this path; CalReply's keep the paths it documents. */
export const API = '/v1';

export const Guid = Type.String({ format: 'uuid' });
export const Time = Type.String({ format: 'date-time' });
export const OrNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

export const ErrorAnswer = Type.Object(
  {
    Code: Type.String({ description: 'For programs, such as NotFound.' }),
    Reason: Type.String({ description: 'A sentence for people.' }),
    Hint: Type.Optional(Type.String({ description: 'What to try, as a command where that is possible.' })),
  },
  { title: 'Error' },
);

export const PageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 50 })),
  cursor: Type.Optional(Type.String({ maxLength: 64, description: 'nextCursor of the page before.' })),
};
