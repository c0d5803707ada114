import { CalReplyError } from '../errors.js';
import { randomText } from '../util/ids.js';
import { makePrivateFile, readPrivateFile } from '../util/private-file.js';
import { operatorKeyFile } from '../util/running-service.js';
import { systemErrorText } from '../util/system-error-text.js';

/** A shorter one could be found by trying. */
const LEAST_LENGTH = 24;

/**
 * The key that the calls for the operator take: the one that was given, or that of the data folder, which is made when
 * there is none.
 *
 * @param given what CALREPLY_OPERATOR_KEY says
 * @param say is told what was put right
 * @throws {CalReplyError} WrongUse for one that is too short, DataFolderUnusable
 */
export function operatorKey(dataDir: string, given: string | undefined, say: (text: string) => void): string {
  if (given !== undefined) return checked(given, 'CALREPLY_OPERATOR_KEY');
  const path = operatorKeyFile(dataDir);
  try {
    const kept = readPrivateFile(path, say)?.trim();
    if (kept !== undefined) return checked(kept, path);
    return makePrivateFile(path, `operator_${randomText(40)}\n`).trim();
  } catch (error) {
    if (error instanceof CalReplyError) throw error;
    const reason = `The operator key ${path} cannot be used: ${systemErrorText(error)}.`;
    throw new CalReplyError('DataFolderUnusable', reason, { cause: error });
  }
}

function checked(key: string, from: string): string {
  if (new RegExp(`^[!-~]{${LEAST_LENGTH},}$`).test(key)) return key;
  throw new CalReplyError(
    'WrongUse',
    `${from} is no operator key: it has ${LEAST_LENGTH} characters or more, and no spaces.`,
    { hint: 'Make one with: openssl rand -hex 24' },
  );
}
