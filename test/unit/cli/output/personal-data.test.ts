import { describe, expect, test } from 'vitest';
import { maskedField, maskedHeader, maskedText } from '../../../../src/cli/output/personal-data.js';

test.each([
  ['write to dana@example.com, or eve.b+x@mail.example.org.', 'write to d•••@example.com, or e•••@mail.example.org.'],
  ['email=dana%40example.com&zip=94103', 'email=d•••@example.com&zip=94103'],
  ['{"who":"dana@example.com"}', '{"who":"d•••@example.com"}'],
  ['nobody @ nowhere', 'nobody @ nowhere'],
])('in %j each address is masked', (text, masked) => {
  expect(maskedText(text)).toBe(masked);
});

test('a long text takes no longer than it is, also without an address', () => {
  const started = performance.now();

  maskedText('x'.repeat(1_000_000));

  expect(performance.now() - started).toBeLessThan(2_000);
});

describe('a field', () => {
  test.each([
    ['subscriberEmail', 'dana@example.com', 'd•••@example.com'],
    ['subscriberEmail', 'not an address', '•••'],
    ['subscriberId', 'dana@example.com', 'd•••@example.com'],
    ['subscriberId', '4711', '4711'],
    ['username', 'dana', 'd•••'],
    ['username', 'dana@example.com', 'd•••@example.com'],
    ['deviceName', 'Dana’s iPhone', 'D•••'],
    ['remoteIpAddress', '203.0.113.7', '203.•••'],
    ['remoteIpAddress', '2001:db8::7', '2001:•••'],
    ['remoteIpAddress', 'unknown', '•••'],
    ['calendarTitle', 'My Sports Calendar', 'My Sports Calendar'],
    ['accountName', 'Your Account', 'Your Account'],
    ['subscriberEmail', '', ''],
  ])('%s “%s” is shown as “%s”', (name, value, shown) => {
    expect(maskedField(name, value)).toBe(shown);
  });
});

describe('a header', () => {
  test.each([
    ['Authorization', 'Bearer abc', '•••'],
    ['Cookie', 'session=1', '•••'],
    ['X-Api-Key', 'abc', '•••'],
    ['X-Forwarded-For', '203.0.113.7, 10.0.0.1', '203.•••'],
    ['webhook-signature', 'v1,abc=', 'v1,abc='],
    ['From', 'dana@example.com', 'd•••@example.com'],
  ])('%s “%s” is shown as “%s”', (name, value, shown) => {
    expect(maskedHeader(name, value)).toBe(shown);
  });
});
