import { CalReplyError } from '../errors.js';
import { shellWord } from '../util/shell-word.js';
import { assertChangeable, changeFile, hasVariable, withVariable } from './env-file.js';

/** A file of `NAME=value` lines that credentials are to be put into, found fit for them. */
export interface CredentialsFile {
  /** As it was named. */
  readonly path: string;
  /** @throws {CalReplyError} WrongUse when the file cannot be written after all */
  write(credentials: Credentials): void;
}

interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The variables by which a program of ours logs in. */
const ID = 'CALREPLY_CLIENT_ID';
const SECRET = 'CALREPLY_CLIENT_SECRET';

/**
 * Makes sure that credentials can go into a file, before there are any: what cannot be put anywhere is lost.
 *
 * @param replaces the credentials that are there are old ones of the same account
 * @throws {CalReplyError} WrongUse
 */
export function credentialsFile(path: string, { replaces }: { readonly replaces: boolean }): CredentialsFile {
  const change = (text: string, { clientId, clientSecret }: Credentials) => {
    if (!replaces && (hasVariable(text, ID) || hasVariable(text, SECRET))) throw taken(path);
    return withVariable(withVariable(text, ID, clientId), SECRET, clientSecret);
  };
  assertChangeable(path, (text) => change(text, { clientId: '', clientSecret: '' }));
  return { path, write: (credentials) => changeFile(path, (text) => change(text, credentials)) };
}

/** An answer whose secret is null when --write-env put it into a file: then nothing prints it. */
export type WithClientSecret<Answer> = Omit<Answer, 'clientSecret'> & { readonly clientSecret: string | null };

/**
 * What is left to show of an answer with credentials: all of it, or, when they went into a file, all but the secret.
 *
 * @throws {CalReplyError} WrongUse when they could not be written
 */
export function keepCredentials<Answer extends Credentials & { readonly code: string }>(
  answer: Answer,
  file: CredentialsFile | undefined,
): WithClientSecret<Answer> {
  if (file === undefined) return answer;
  try {
    file.write(answer);
  } catch (error) {
    if (!(error instanceof CalReplyError)) throw error;
    throw new CalReplyError(error.code, error.message, {
      cause: error,
      hint: `Nobody has seen it. Get new ones with: calreply accounts rotate-credentials ${shellWord(answer.code)}`,
    });
  }

  return { ...answer, clientSecret: null };
}

function taken(path: string): CalReplyError {
  return new CalReplyError('WrongUse', `${path} has credentials already, which may be those of another account.`, {
    hint: 'Name another file, or take them out first.',
  });
}
