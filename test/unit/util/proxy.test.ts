import { expect, test } from 'vitest';
import { proxyFor, proxyUrl } from '../../../src/util/proxy.js';

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

test.each([
  ['http://[::1]:4711/', '::1'],
  ['http://[::1]:4711/', '[::1]'],
  ['http://[::1]:4711/', '[::1]:4711'],
  ['http://api.example.com/', 'example.com'],
  ['http://api.example.com/', '.example.com:80'],
  ['https://api.example.com/', 'other.invalid, *'],
])('%s is reached without one by NO_PROXY=%s', (url, except) => {
  const proxy = { name: 'HTTP_PROXY', value: 'http://127.0.0.1:3128' };
  expect(proxyFor(new URL(url), { http: proxy, https: proxy, except })).toBeUndefined();
});

test.each([
  ['http://[::1]:4711/', '[::1]:80'],
  ['http://[::1]:4711/', '::2'],
  ['http://notexample.com/', 'example.com'],
  ['http://api.example.com/', ''],
])('%s is not by NO_PROXY=%s', (url, except) => {
  const proxy = { name: 'HTTP_PROXY', value: 'http://127.0.0.1:3128' };
  expect(proxyFor(new URL(url), { http: proxy, https: proxy, except })).toBe(proxy);
});
