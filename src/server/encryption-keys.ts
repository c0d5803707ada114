import { readFileSync, statSync } from 'node:fs';
import { CalReplyError } from '../errors.js';
import { parseEncryptionKeys, type EncryptionKeys } from '../store/encryption-keys.js';
import { isOpenToOthers, modeText } from '../util/file-mode.js';
import { systemErrorText } from '../util/system-error-text.js';
import type { ServiceConfig } from './config.js';

/**
 * The keys that the operator gave; undefined without any.
 *
 * @param say is told what should be put right: a sentence for people
 * @throws {CalReplyError} EncryptionKeyUnusable
 */
export function encryptionKeys(
  source: ServiceConfig['encryptionKeys'],
  say: (text: string) => void,
): EncryptionKeys | undefined {
  if (source === undefined) return undefined;
  if ('file' in source) return parseEncryptionKeys(readKeyFile(source.file, say), source.file);
  return parseEncryptionKeys(source.text, source.variable);
}

/**
 * The file may be a link, and what mounts secrets gives it rights of its own: both are left as they are, and rights that
 * are wide are said.
 */
function readKeyFile(path: string, say: (text: string) => void): string {
  try {
    const file = statSync(path);
    if (isOpenToOthers(file)) say(`The encryption key ${path} can be read by others (mode ${modeText(file)}).`);
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = `The encryption key ${path} cannot be read: ${systemErrorText(cause)}.`;
    const hint = 'Name a file with a key in --encryption-key-file. To make one: openssl rand -base64 32 > FILE';
    throw new CalReplyError('EncryptionKeyUnusable', reason, { cause, hint });
  }
}
