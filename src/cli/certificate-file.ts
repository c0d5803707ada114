import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CalReplyError } from '../errors.js';
import { unreadable } from './unreadable.js';

/**
 * The certificates of authorities in a file, PEM.
 *
 * @throws {CalReplyError} WrongUse
 */
export function readCertificates(path: string): string {
  const text = readText(path);
  try {
    new X509Certificate(text);
  } catch (error) {
    throw new CalReplyError('WrongUse', `${path} is no certificate.`, {
      cause: error,
      hint: 'It has to be in PEM, with a line -----BEGIN CERTIFICATE-----.',
    });
  }

  return text;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}
