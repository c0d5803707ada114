import { expect, test } from 'vitest';
import { refuseSwitchValues } from '../../../src/cli/boolean-flags.js';

const flags = { wait: { type: 'boolean' }, count: { type: 'option' } };

test.each(['--wait=5', '--wait=', '--wait=true\nx'])('%j is refused by its own name', (word) => {
  expect(() => refuseSwitchValues(['subscribe', word], flags)).toThrow('--wait takes no value: leave “=');
});

test.each([['--wait', '5'], ['--count=5'], ['--unknown=5'], ['--constructor=5'], ['--', '--wait=5'], ['wait=5']])(
  '%s %s is not',
  (...argv) => {
    expect(() => refuseSwitchValues(argv, flags)).not.toThrow();
  },
);
