import { expect, onTestFinished, test } from 'vitest';
import { withoutColors } from '../../../../../src/cli/output/colors.js';
import { MOST_HELD } from '../../../../../src/cli/output/held-lines.js';
import { keyedLines } from '../../../../../src/cli/output/listen-screen/keyed-lines.js';
import { say } from '../../../../../src/cli/output/terminal.js';
import { fakeInput, fakeOutput } from '../../../../helpers/fake-terminal.js';
import { arrived, forwarded } from '../../../../helpers/listen-events.js';

withoutColors();

/** Lines with keys in a terminal; `type` is what it sends. */
function opened() {
  fakeInput(true);
  const written = fakeOutput(100);
  const view = keyedLines({ reveal: false, retry: () => Promise.resolve({ isSent: true, text: 'sent' }) });
  onTestFinished(() => view.close());
  return { view, written, type: (keys: string) => process.stdin.emit('data', Buffer.from(keys)) };
}

test('what is pasted is marked as such from the start to the end', () => {
  const { view, written } = opened();
  expect(written()).toContain('\u001b[?2004h');

  view.close();
  expect(written().endsWith('\u001b[?2004l')).toBe(true);
});

test('no letter of what is pasted is a key', async () => {
  const { view, type } = opened();
  type('\u001b[200~curl -d q\u001b[201~');

  expect(await Promise.race([view.quit, Promise.resolve('goes on')])).toBe('goes on');
});

test('whatever is said while a filter is typed comes after it, in its order', () => {
  const { view, written, type } = opened();
  type('/50');
  const before = written();
  say('a note');
  view.onEvent(arrived('1'));
  view.onEvent(forwarded('1', 500));
  expect(written()).toBe(before);

  type('0\r');
  const after = written().slice(before.length);
  expect(after).toMatch(/Showing only 500\..*\na note\n[^]*POST http:\/\/localhost:3000\/hooks {2}1\n/);
});

test('it says how many lines did not wait, and what waits is not lost when the run ends', () => {
  const { view, written, type } = opened();
  type('/');
  for (let i = 0; i < MOST_HELD + 2; i += 1) say(`note ${i}`);
  expect(written()).not.toContain('note');

  view.close();
  expect(written()).toContain('… 2 lines left out: calreply notifications list has them all');
  expect(written()).not.toContain('note 1\n');
  expect(written()).toContain(`note ${MOST_HELD + 1}\n`);
});
