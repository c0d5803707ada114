import { Flags } from '@oclif/core';
import type { ApiClient } from '../api/client.js';
import { CalReplyError, ForeignAnswer } from '../errors.js';

/** Whose calendar it is, where the service does not tell. */
export const accountFlag = Flags.string({
  summary: 'The code of the account, for a service that does not tell it, such as CalReply’s own.',
  helpValue: 'CODE',
});

/** An account, as far as a service tells of it. */
export interface KnownAccount {
  /** GUID; null where the service does not tell it. */
  readonly id: string | null;
  readonly name: string | null;
  readonly code: string;
}

/**
 * Whose the credentials are.
 *
 * @param named the code that is known, for a service that does not tell it
 * @throws {CalReplyError} WrongUse when nobody says it
 */
export async function knownAccount(
  api: Pick<ApiClient, 'account' | 'apiUrl'>,
  named: string | undefined,
): Promise<KnownAccount> {
  try {
    const { id, name, code } = await api.account();
    return { id, name, code };
  } catch (error) {
    if (!hasNoSuchCall(error)) throw error;
    if (named !== undefined) return { id: null, name: null, code: named };
    throw new CalReplyError('WrongUse', `The service at ${api.apiUrl} does not tell which account this is.`, {
      cause: error,
      hint: 'Say it: --account your-account',
    });
  }
}

/**
 * The code of the account in whose name calls are made: CalReply's own have it in their paths.
 *
 * @throws {CalReplyError} WrongUse when nobody says it
 */
export async function accountCode(
  api: Pick<ApiClient, 'account' | 'apiUrl'>,
  named: string | undefined,
): Promise<string> {
  return named ?? (await knownAccount(api, undefined)).code;
}

/** Whether the service, where the login went well, has no call that tells of accounts: CalReply's own has none. */
export function hasNoSuchCall(error: unknown): boolean {
  if (error instanceof ForeignAnswer) return error.answerStatus === 404;
  return error instanceof CalReplyError && error.code === 'NotFound';
}
