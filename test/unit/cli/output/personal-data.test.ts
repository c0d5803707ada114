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

describe('in a text that is no whole JSON, by the names that JSON has', () => {
  test.each([
    ['{"firstName":"Dana","zip":"941', '{"firstName":"D•••","zip":"941'],
    ['{"zip":"94103","lastName" : "Smi', '{"zip":"94103","lastName" : "S•••'],
    ['{"lastName":"O\\"Br\\\\","zip":"1', '{"lastName":"O•••","zip":"1'],
    ['{"lastName":"Smith\\', '{"lastName":"S•••'],
    ['{"remoteIpAddress":"203.0.113.7"', '{"remoteIpAddress":"203.•••"'],
    ['{"phoneNumber":"+1 415 555 0100","access_token":"abc', '{"phoneNumber":"•••","access_token":"•••'],
    ['{"phone":491511234567,"zip":941', '{"phone":•••,"zip":941'],
    ['{"phone": -4.9e+11', '{"phone": •••'],
    ['{"authCode":12', '{"authCode":•••'],
    ['{"phone":null,"token":true,"zip":1', '{"phone":null,"token":true,"zip":1'],
    ['{"phone":{"firstName":"Dana"', '{"phone":{"firstName":"D•••"'],
    ['{"body":"{\\"phone\\":4915,\\"zip\\":1', '{"body":"{\\"phone\\":•••,\\"zip\\":1'],
    ['{"firstName":["Dana", "Eve"],"tags":["a","b"', '{"firstName":["D•••", "E•••"],"tags":["a","b"'],
    ['{"phone":[4915,"4916" , 4917', '{"phone":[•••,"•••" , •••'],
    ['{"firstName":"Dana","zip":"94103"', '{"firstName":"D•••","zip":"94103"'],
    ['{\\"firstName\\":[\\"Dana\\",\\"Eve\\"],\\"zip\\":1', '{\\"firstName\\":[\\"D•••\\",\\"E•••\\"],\\"zip\\":1'],
    ['{"firstName":["Dana"', '{"firstName":["D•••"'],
    ['{"firstName":"","zip":1', '{"firstName":"","zip":1'],
    [
      '{"body":"{\\"firstName\\":\\"Dana \\\\\\"D\\\\\\" S\\",\\"zip\\":\\"1',
      '{"body":"{\\"firstName\\":\\"D•••\\",\\"zip\\":\\"1',
    ],
    ['he said "hello": "firstName":"Dana"', 'he said "hello": "firstName":"D•••"'],
  ])('%s is shown as %s', (text, masked) => {
    expect(maskedText(text)).toBe(masked);
  });
});

describe('in a form, a query and a log', () => {
  test.each([
    ['first_name=Dana&zip=94103&last-name=Smith', 'first_name=D•••&zip=94103&last-name=S•••'],
    ['contact[firstName]=Dana&contact%5BlastName%5D=Smith', 'contact[firstName]=D•••&contact%5BlastName%5D=S•••'],
    ['first_name[]=Dana&zip=1', 'first_name[]=D•••&zip=1'],
    ['zip=1&lastName=Smith Jones&ip=203.0.113.7', 'zip=1&lastName=S•••&ip=203.•••'],
    ['firstName=Dana Maria lastName=Smith', 'firstName=D••• lastName=S•••'],
    ['lastName=O%27Brien%20Smith&title=a%20b', 'lastName=O•••&title=a%20b'],
    ['firstName=&lastName=', 'firstName=&lastName='],
    ['password=hunter2', 'password=•••'],
    ['POST http://localhost/x?firstName=Dana&a=1  ntf_1', 'POST http://localhost/x?firstName=D•••&a=1  ntf_1'],
    ["Use: --forward-to 'http://h/?lastName=Smith'", "Use: --forward-to 'http://h/?lastName=S•••'"],
    ['back=http://h/?lastName=Smith', 'back=http://h/?lastName=S•••'],
    ['payload=%7B%22firstName%22%3A%22Dana%22%2C%22a%22%3A1', 'payload={"firstName":"D•••","a":1'],
    ['back=https%3A%2F%2Fh%2F%3FlastName%3DSmith&a=%2F', 'back=https://h/?lastName=S•••&a=%2F'],
    ['payload=%7B%22firstName%22%3A%22Dan%C3', 'payload={"firstName":"D•••'],
    [
      'payload=%7B%22firstName%22%3A+%22Dana%22%2C+%22phone%22%3A+%22123456%22%7D',
      'payload={"firstName":+"D•••",+"phone":+"•••"}',
    ],
    ['payload=%7B%22First+Name%22+%3A+%5B+%22Dana%22', 'payload={"First+Name"+:+[+"D•••"'],
    ['First+Name=Dana&Phone+Number=555123', 'First+Name=D•••&Phone+Number=•••'],
    ['zip=1 First+Name=Dana Maria Last+Name=Smith', 'zip=1 First+Name=D••• Last+Name=S•••'],
    ['q=a+firstName=Dana', 'q=a+firstName=D•••'],
    ['GET 200\nfirstName=Dana\nzip=1', 'GET 200\nfirstName=D•••\nzip=1'],
    ['calendarName=My Sports&tag=a%ZZ', 'calendarName=My Sports&tag=a%ZZ'],
  ])('%j is shown as %j', (text, masked) => {
    expect(maskedText(text)).toBe(masked);
  });
});

describe('a text takes no longer than it is long', () => {
  test.each([
    ['letters', 'x'],
    ['starts of fields', '"a":"'],
    ['starts of personal fields', '"firstName":"'],
    ['quotes', '"'],
    ['backslashes', '\\'],
    ['quotes with backslashes', '\\\\"'],
    ['a field, and escapes', '"firstName":"\\\\\\"'],
    ['spaces behind a name', '"a"   '],
    ['pairs in pairs', 'a='],
    ['personal pairs in pairs', 'ip='],
    ['brackets', 'a['],
    ['encoded signs', '%2561'],
    ['encoded pairs', 'a%3D'],
    ['addresses that are none', 'a@'],
    ['spaces', ' '],
    ['spaces of a form', '+'],
    ['spaces of a form behind a name', '"a"+++'],
    ['items', '"a",'],
    ['numbers', '1,'],
    ['digits', '1'],
    ['pairs with spaces of a form', 'a+b='],
  ])('when it is a million of %s', (_, part) => {
    const text = part.repeat(Math.ceil(1_000_000 / part.length));
    const started = process.cpuUsage();

    maskedText(text);
    maskedText(`firstName=${text}`);
    maskedText(`{"firstName":"${text}`);
    maskedText(`{"firstName":[${text}`);

    // What else the machine has to do does not count.
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1_000).toBeLessThan(5_000);
  });
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
    ['first_name', 'Dana', 'D•••'],
    ['First Name', 'Dana', 'D•••'],
    ['phone', '+1 415 555 0100', '•••'],
    ['mobileNumber', '4155550100', '•••'],
    ['access_token', 'abc', '•••'],
    ['hotel', 'Ritz', 'Ritz'],
    ['tokenType', 'Bearer', 'Bearer'],
    ['note', 'lastName=Smith', 'lastName=S•••'],
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
