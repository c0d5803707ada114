import { expect, test } from 'vitest';
import { nextPage } from '../../../src/cli/next-page.js';

const shown = (...argv: string[]) => nextPage('notifications:list', argv, 'Mg');

test('the next page is the same command with its filters and the next cursor', () => {
  expect(shown()).toBe('There is more: calreply notifications list --cursor Mg');
  expect(shown('--status', 'failed', '--since=2h')).toBe(
    'There is more: calreply notifications list --status failed --since=2h --cursor Mg',
  );
});

test('a cursor that was given is replaced, in either form', () => {
  for (const given of [['--cursor', 'Mw'], ['--cursor=Mw']]) {
    expect(shown('-n', '1', ...given, '--type', 'test')).toBe(
      'There is more: calreply notifications list -n 1 --type test --cursor Mg',
    );
  }
});

test('what a shell would take apart is quoted, and what acts on a terminal is made visible', () => {
  expect(shown('--calendar', "it's $HOME\u001b[2J")).toBe(
    String.raw`There is more: calreply notifications list --calendar 'it'\''s $HOME�[2J' --cursor Mg`,
  );
});
