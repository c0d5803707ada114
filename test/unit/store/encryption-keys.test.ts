import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { parseEncryptionKeys } from '../../../src/store/encryption-keys.js';

const [one, other] = [randomBytes(32), randomBytes(32)];
const base64 = (bytes: Buffer) => bytes.toString('base64');

test.each([
  ['lines', `${base64(one)}\n${base64(other)}\n`],
  ['lines of Windows, and remarks', `# new since May\r\n${base64(one)} # the first\r\n\r\n${base64(other)}`],
  ['a comma, as in a variable', `${base64(one)},${base64(other)}`],
  ['base 64 for URLs, without its end', `${one.toString('base64url')} ${other.toString('base64url')}`],
])('keys come in %s', (_, text) => {
  const { keys, from } = parseEncryptionKeys(text, 'keys.txt');
  expect(keys.map(({ bytes }) => bytes)).toEqual([one, other]);
  expect(from).toBe('keys.txt');
});

test('the id of a key follows from the key, and tells nothing of it', () => {
  const [{ id }] = parseEncryptionKeys(base64(one), 'a').keys;
  expect(id).toMatch(/^[0-9a-f]{8}$/);
  expect(parseEncryptionKeys(`${base64(other)} ${base64(one)}`, 'b').keys[1]?.id).toBe(id);
  expect(one.toString('hex')).not.toContain(id);
});

test.each([
  ['nothing', ' \n# no key\n', 'keys.txt has no key in it.'],
  ['too few bytes', base64(one.subarray(1)), 'Key 1 of keys.txt is not 32 bytes in base 64.'],
  ['a password', `${base64(one)}\ncorrect-horse-battery-staple`, 'Key 2 of keys.txt is not 32 bytes in base 64.'],
])('%s is no key, and is not repeated', (_, text, message) => {
  const failure = { code: 'EncryptionKeyUnusable', message, hint: 'Make one with: openssl rand -base64 32' };
  expect(() => parseEncryptionKeys(text, 'keys.txt')).toThrow(expect.objectContaining(failure));
});
