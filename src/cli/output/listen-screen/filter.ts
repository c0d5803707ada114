import { standingOf, statusOf, type Exchange } from './exchange.js';

/**
 * Whether an exchange is one that `filter` asks for. Each of its words narrows: `5xx` and `404` by the status, `failed` and
 * `waiting` by how it stands, any other by what its type, calendar, subscriber, path or id has in it.
 */
export function matches(exchange: Exchange, filter: string): boolean {
  return wordsOf(filter).every((word) => fits(exchange, word));
}

function fits(exchange: Exchange, word: string): boolean {
  if (word === 'failed' || word === 'waiting') return standingOf(exchange) === word;
  if (!STATUS.test(word)) return exchange.searched.includes(word);
  const status = statusOf(exchange);
  const isOfStatus = typeof status === 'number' && String(status).startsWith(word.replace(/x+$/, ''));
  // Digits may also be a part of an id.
  return isOfStatus || (/^\d+$/.test(word) && exchange.searched.includes(word));
}

const STATUS = /^[1-5](?:xx?|\d[\dx])$/;

function wordsOf(filter: string): string[] {
  return filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
}
