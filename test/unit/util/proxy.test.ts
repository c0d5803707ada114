import { expect, test } from 'vitest';
import { proxyUrl } from '../../../src/util/proxy.js';

test.each([
  ['http://proxy.example.com:3128', 'http://proxy.example.com:3128/'],
  ['https://me:secret@proxy.example.com', 'https://me:secret@proxy.example.com/'],
  ['127.0.0.1:3128', 'http://127.0.0.1:3128/'],
  ['proxy.corp:3128', 'http://proxy.corp:3128/'],
  ['me:secret@proxy.corp:3128', 'http://me:secret@proxy.corp:3128/'],
])('“%s” names an HTTP proxy', (value, expected) => {
  expect(proxyUrl({ name: 'HTTPS_PROXY', value })?.href).toBe(expected);
});

test.each(['garbage', 'socks5://127.0.0.1:1080', 'http://', 'proxy.corp:99999', ':3128', 'ftp://proxy:21'])(
  '“%s” names none',
  (value) => {
    expect(proxyUrl({ name: 'HTTPS_PROXY', value })).toBeUndefined();
  },
);
