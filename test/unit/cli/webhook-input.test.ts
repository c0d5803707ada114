import { describe, expect, test } from 'vitest';
import { typedHeaders, typedUrl } from '../../../src/cli/webhook-input.js';

describe('a URL that was typed', () => {
  test.each([
    ['https://Example.com', { href: 'https://example.com/', fragment: null }],
    ['https://example.com/h#part', { href: 'https://example.com/h', fragment: '#part' }],
    ['https://example.com/h#', { href: 'https://example.com/h', fragment: null }],
  ])('%s is as the service writes it, and what is left out is told', (text, expected) => {
    expect(typedUrl(text)).toEqual(expected);
  });

  test.each([
    ['localhost:3000', 'http://localhost:3000', 'localhost:3000'],
    ['localhost/hooks', 'http://localhost/hooks', 'localhost/hooks'],
    ['127.0.0.1:3000/hooks', 'http://127.0.0.1:3000/hooks', '127.0.0.1:3000/hooks'],
    ['3000', 'http://localhost:3000', 'localhost:3000'],
    [':3000/hooks', 'http://localhost:3000/hooks', 'localhost:3000/hooks'],
    ['localhost:3000/?a=1&b=$(id)', "'http://localhost:3000/?a=1&b=$(id)'", "'localhost:3000/?a=1&b=$(id)'"],
  ])('%s on this machine is a URL or something to forward to', (text, url, target) => {
    expect(() => typedUrl(text)).toThrow(
      expect.objectContaining({
        code: 'InvalidUrl',
        hint: `Did you mean: ${url} or calreply listen --forward-to ${target}`,
      }),
    );
  });

  test.each([
    ['example.com/hooks', 'Did you mean: https://example.com/hooks'],
    ['example.com:8443', 'Did you mean: https://example.com:8443'],
    ['hooks', undefined],
    ['', undefined],
    ['/hooks', undefined],
    ['ftp://example.com', undefined],
    ['mailto:me@example.com', undefined],
  ])('“%s” is none, and a name without a scheme may be one', (text, hint) => {
    expect(() => typedUrl(text)).toThrow(expect.objectContaining({ code: 'InvalidUrl', hint }));
  });
});

describe('headers that were typed', () => {
  test('are names and values', () => {
    expect(typedHeaders(['X-Team: crm', 'X-Other: 1'])).toEqual([
      ['X-Team', 'crm'],
      ['X-Other', '1'],
    ]);
  });

  test.each([
    ['X-A: a', 'x-a: b', 'The header x-a is there twice, in other letters: X-A.'],
    ['X-A: a', 'X-A: b', 'The header X-A is there twice.'],
    ['X-A: a', 'Host: b', 'The header Host is set by the service itself.'],
    ['X-A: a', 'X-B: ü', expect.stringContaining('The value of the header X-B has characters')],
  ])('%s beside %s is refused', (first, second, message) => {
    expect(() => typedHeaders([first, second])).toThrow(expect.objectContaining({ message }));
  });
});
