import { describe, expect, test } from 'vitest';
import { parseExpectation } from '../../../src/listen/expectation.js';
import { junitXml, type JunitInput } from '../../../src/listen/junit.js';
import { Tally } from '../../../src/listen/tally.js';
import { element } from '../../../src/listen/xml.js';
import type { ListenEvent } from '../../../src/tunnel/listening.js';
import { maskedText } from '../../../src/cli/output/personal-data.js';
import { arrived, brought, deliver, forwarded } from '../../helpers/listen-events.js';

function report(events: readonly ListenEvent[], more: Partial<JunitInput> = {}): string {
  const tally = new Tally();
  for (const event of events) tally.onEvent(event);
  const startedAt = Date.parse('2026-11-28T01:02:03.456Z');
  return junitXml({ tally, expectations: [], startedAt, durationMs: 1_234, mask: maskedText, ...more });
}

test('has a case for each expectation and each notification, with how long its answer took', () => {
  const events = [...brought('ntf_1', 200), ...brought('ntf_2', 'timeout', 'Test'), arrived('ntf_3')];

  expect(report(events, { expectations: ['subscribe=1', 'test=1'].map(parseExpectation) })).toBe(`\
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="calreply listen" tests="5" failures="2" errors="0" skipped="1" time="1.234">
<testsuite name="calreply listen" tests="5" failures="2" errors="0" skipped="1" time="1.234" timestamp="2026-11-28T01:02:03">
<testcase classname="calreply.expectation" name="1 × Subscribe answered 2xx" time="0.000"/>
<testcase classname="calreply.expectation" name="1 × Test answered 2xx" time="0.000"><failure message="Expected 1 × Test, 0 were answered 2xx (1 was not answered (no answer in time): ntf_2)."/></testcase>
<testcase classname="calreply.notification" name="Subscribe ntf_1" time="0.012"/>
<testcase classname="calreply.notification" name="Test ntf_2" time="0.012"><failure message="not answered (no answer in time)">http://localhost:3000/hooks</failure></testcase>
<testcase classname="calreply.notification" name="Subscribe ntf_3" time="0.000"><skipped message="not answered before the end"/></testcase>
</testsuite>
</testsuites>
`);
});

test('has a case for each kind of rehearsal, but for what was dropped: the app was asked nothing', () => {
  const rehearsed = (rehearsal: 'stale' | 'duplicate' | 'drop', passed: boolean): ListenEvent => ({
    kind: 'rehearsed',
    delivery: deliver('ntf_1'),
    rehearsal,
    outcome: null,
    passed,
  });

  const xml = report([
    rehearsed('stale', true),
    rehearsed('stale', false),
    rehearsed('duplicate', true),
    rehearsed('drop', true),
  ]);

  expect(xml).toContain(
    'name="stale timestamp" time="0.000"><failure message="the app did not do as it should">ntf_1</failure>',
  );
  expect(xml).toContain('<testcase classname="calreply.rehearsal" name="duplicate" time="0.000"/>');
  expect(xml).not.toContain('name="drop"');
});

test('tells why a run ended as none should', () => {
  const xml = report([], { error: 'This listener was taken off.' });

  expect(xml).toContain('errors="1"');
  expect(xml).toContain('name="runs to its end" time="0.000"><error message="This listener was taken off."/>');
});

describe('the start of an answer that is a failure', () => {
  const failing = (text: string, more: Partial<JunitInput> = {}) =>
    report([arrived('ntf_1'), forwarded('ntf_1', 500, 'Subscribe', text)], more);

  test('is there, and no more of it', () => {
    expect(
      failing('x'.repeat(16_000))
        .match(/x{2,}/g)
        ?.map(({ length }) => length),
    ).toEqual([2_000]);
  });

  test('is text, whatever is in it', () => {
    expect(failing('</failure>]]>&amp;"\u0000\u001b[31m\ud800\ufffe\r\n')).toContain(
      '&lt;/failure&gt;]]&gt;&amp;amp;"\ufffd\ufffd[31m\ufffd\ufffd</failure>',
    );
  });

  test('has its e-mail addresses masked, or as they are with --reveal', () => {
    const text = 'no such person: <dana@example.com>, "sam.larsen@example.org"';

    expect(failing(text)).toContain('&lt;d•••@example.com&gt;, "s•••@example.org"');
    expect(failing(text, { mask: (same) => same })).toContain('&lt;dana@example.com&gt;');
  });
});

test('what is in an attribute comes out of a reader as it went in', () => {
  expect(element('a', { b: 'x"<&>\t\n\r\u0007y' })).toBe('<a b="x&quot;&lt;&amp;&gt;&#9;&#10;&#13;\ufffdy"/>');
});
