import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { CalReplyError } from '../errors.js';
import type { KeptIn } from './kept-in.js';
import { missingKey, type EncryptionKeys } from './encryption-keys.js';

/** Where a sealed text stands. It is sealed for this place, and opens nowhere else. */
export interface SealedPlace {
  readonly webhookId: string;
  readonly column: 'secret' | 'old_secret' | 'headers';
}

const VERSION = 'v1';
const ALGORITHM = 'aes-256-gcm';
/** In bytes, as NIST SP 800-38D recommends for random ones: one key may seal 2³² texts. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** How much sealed text is kept beside what it opens to, in characters. */
const MOST_REMEMBERED = 8_000_000;

/**
 * Seals what must not be read from a copy of the database, by AES-256-GCM: `v1.<key id>.<nonce>.<text and tag>`. The
 * place is authenticated with it, so that nobody who can write to the database can give one webhook the secret of another.
 */
export class Sealer {
  readonly #keys: EncryptionKeys;
  readonly #keptIn: KeptIn;
  /** Each claim opens the same few texts again. By place and sealed text: what was opened for one opens for no other. */
  readonly #opened = new Map<string, string>();
  #remembered = 0;

  constructor(keys: EncryptionKeys, keptIn: KeptIn) {
    this.#keys = keys;
    this.#keptIn = keptIn;
  }

  /** The id of the key that seals. */
  get keyId(): string {
    return this.#keys.keys[0].id;
  }

  seal(text: string, place: SealedPlace): string {
    const [{ id, bytes }] = this.#keys.keys;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, bytes, nonce, { authTagLength: TAG_BYTES }).setAAD(boundTo(place));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return [VERSION, id, nonce.toString('base64url'), sealed.toString('base64url')].join('.');
  }

  /**
   * @throws {CalReplyError} EncryptionKeyUnusable when the key is not there, DataFolderUnusable or DatabaseUnusable when the text was changed
   *   or is that of another place
   */
  open(sealed: string, place: SealedPlace): string {
    const name = `${place.webhookId} ${place.column} ${sealed}`;
    const known = this.#opened.get(name);
    if (known !== undefined) return known;
    const text = this.#decrypted(sealed, place);
    this.#remembered += name.length;
    // It starts over rather than grow.
    if (this.#remembered > MOST_REMEMBERED) {
      this.#opened.clear();
      this.#remembered = name.length;
    }

    this.#opened.set(name, text);
    return text;
  }

  /** True when a text was sealed with the key that seals now. */
  isCurrent(sealed: string): boolean {
    return keyIdOf(sealed) === this.keyId;
  }

  #decrypted(sealed: string, place: SealedPlace): string {
    const [, id, nonce = '', text = ''] = sealed.split('.');
    if (id === undefined || !isSealed(sealed)) throw damaged(place, this.#keptIn, 'it is not sealed');
    const key = this.#keys.keys.find((each) => each.id === id);
    if (key === undefined) throw missingKey(id, this.#keptIn, { from: this.#keys.from, why: 'has not got it' });
    try {
      const bytes = Buffer.from(text, 'base64url');
      const decipher = createDecipheriv(ALGORITHM, key.bytes, Buffer.from(nonce, 'base64url'), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(boundTo(place)).setAuthTag(bytes.subarray(-TAG_BYTES));
      return decipher.update(bytes.subarray(0, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
    } catch (error) {
      throw damaged(place, this.#keptIn, 'it was changed, or is not that of this webhook', error);
    }
  }
}

/** True for what {@link Sealer.seal} gives; no secret and no JSON begins like it. */
export function isSealed(text: string): boolean {
  return text.startsWith(`${VERSION}.`);
}

/** The id of the key that a text was sealed with; undefined for one that is not sealed. */
export function keyIdOf(text: string): string | undefined {
  return isSealed(text) ? text.split('.')[1] : undefined;
}

function boundTo({ webhookId, column }: SealedPlace): Buffer {
  return Buffer.from(`webhooks ${column} ${webhookId}`);
}

const NAMES = { secret: 'secret', old_secret: 'old secret', headers: 'headers' };

function damaged(
  { webhookId, column }: SealedPlace,
  { text, code }: KeptIn,
  why: string,
  cause?: unknown,
): CalReplyError {
  return new CalReplyError(code, `In ${text}, the ${NAMES[column]} of webhook ${webhookId} cannot be opened: ${why}.`, {
    cause,
    hint: 'Somebody or something else wrote to the database. Bring it back from a backup.',
  });
}
