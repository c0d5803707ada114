import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { KeptIn } from './kept-in.js';
import { CalReplyError } from '../errors.js';
import { makePrivateFile, readPrivateFile } from '../util/private-file.js';
import { shellWord } from '../util/shell-word.js';
import { systemErrorText } from '../util/system-error-text.js';

/** A key for AES-256. */
export interface EncryptionKey {
  /** Says which key it is and nothing else of it: it follows from the key, so that one key has one name everywhere. */
  readonly id: string;
  readonly bytes: Buffer;
}

/** The keys of a service: the first one seals, and all of them open. */
export interface EncryptionKeys {
  readonly keys: readonly [EncryptionKey, ...EncryptionKey[]];
  /** Where they come from, as a sentence names it, such as a path. */
  readonly from: string;
}

/** Makes a key. It is what is typed into a shell, so it is what hints say. */
const HOW_TO_MAKE_ONE = 'openssl rand -base64 32';
/** Has keys that are not in a file. */
const KEY_VARIABLE = 'CALREPLY_ENCRYPTION_KEY';
const KEY_BYTES = 32;

/**
 * The keys that a text names: each 32 bytes in base 64, with white space or commas between; what follows # in a line is a
 * remark.
 *
 * @param from where the text comes from: for the sentence of a failure
 * @throws {CalReplyError} EncryptionKeyUnusable
 */
export function parseEncryptionKeys(text: string, from: string): EncryptionKeys {
  const words = text.replace(/#.*$/gm, '').split(/[\s,]+/);
  const [first, ...others] = words.filter((word) => word !== '').map((word, place) => parseKey(word, place + 1, from));
  if (first === undefined) throw unusable(`${from} has no key in it.`, `Make one with: ${HOW_TO_MAKE_ONE}`);
  return { keys: [first, ...others], from };
}

/**
 * The keys in the data folder's own file `encryption.key`. It is made when there is none and nothing needs it yet.
 *
 * @throws {CalReplyError} EncryptionKeyUnusable
 */
export function keysOfFolder(dataDir: string, { keptIn, sealedUnder, say }: KeysOfFolderOptions): EncryptionKeys {
  const path = keyFileOf(dataDir);
  try {
    const text = readPrivateFile(path, say);
    if (text !== undefined) return parseEncryptionKeys(text, path);
    if (sealedUnder !== undefined) throw missingKey(sealedUnder, keptIn, { from: path, why: 'is not there' });
    const made = randomBytes(KEY_BYTES).toString('base64');
    return parseEncryptionKeys(makePrivateFile(path, `${made}\n`), path);
  } catch (error) {
    if (error instanceof CalReplyError) throw error;
    throw unusable(`The encryption key ${path} cannot be used: ${systemErrorText(error)}.`, undefined, error);
  }
}

export interface KeysOfFolderOptions {
  /** What is sealed with them is in here. */
  readonly keptIn: KeptIn;
  /** The id of a key that something is sealed with already; a new one would not open it. */
  readonly sealedUnder: string | undefined;
  /** Is told what was put right. */
  readonly say?: ((text: string) => void) | undefined;
}

/**
 * What is sealed with a key that is not there: it can be opened by nobody.
 *
 * @param from where the keys come from: only there a further one is heeded
 */
export function missingKey(
  id: string,
  keptIn: KeptIn,
  { from, why }: { readonly from: string; readonly why: string },
): CalReplyError {
  const place = from === KEY_VARIABLE ? `behind a comma in ${from}` : `as a further line of ${shellWord(from)}`;
  return unusable(
    `The secrets in ${keptIn.text} are sealed with the key ${id}, and ${from} ${why}.`,
    `Bring the key back, ${place}; or give the file that has it with --encryption-key-file.`,
  );
}

function keyFileOf(dataDir: string): string {
  return join(dataDir, 'encryption.key');
}

function parseKey(word: string, place: number, from: string): EncryptionKey {
  const bytes = /^[A-Za-z0-9+/_-]+=*$/.test(word) ? Buffer.from(word, 'base64') : Buffer.alloc(0);
  // The key itself is not repeated, also not one that is none: it may lack a character.
  if (bytes.length !== KEY_BYTES) {
    throw unusable(
      `Key ${place} of ${from} is not ${KEY_BYTES} bytes in base 64.`,
      `Make one with: ${HOW_TO_MAKE_ONE}`,
    );
  }

  const id = createHash('sha256').update('calreply encryption key ').update(bytes).digest('hex').slice(0, 8);
  return { id, bytes };
}

function unusable(reason: string, hint: string | undefined, cause?: unknown): CalReplyError {
  return new CalReplyError('EncryptionKeyUnusable', reason, { ...(hint && { hint }), cause });
}
