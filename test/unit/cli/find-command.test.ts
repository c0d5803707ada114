import { expect, test } from 'vitest';
import { findCommand } from '../../../src/cli/find-command.js';

const COMMANDS = [{ id: 'webhooks' }, { id: 'webhooks:list' }, { id: 'notifications:show' }, { id: 'listen' }];

test.each([
  ['listen --forward-to localhost', 'listen', '--forward-to localhost'],
  ['webhooks list --json', 'webhooks:list', '--json'],
  ['webhooks:list --json', 'webhooks:list', '--json'],
  ['webhooks --json list', 'webhooks', '--json list'],
  ['notifications show ntf_1 ntf_2', 'notifications:show', 'ntf_1 ntf_2'],
  ['notifications:show ntf_1', 'notifications:show', 'ntf_1'],
  ['webhooks whk_1', 'webhooks', 'whk_1'],
])('%s runs %s', (line, id, rest) => {
  expect(findCommand(line.split(' '), COMMANDS)).toEqual({ command: { id }, args: rest.split(' ') });
});

test.each(['', 'notifications', 'nope', '--json webhooks list'])('“%s” runs nothing', (line) => {
  expect(findCommand(line.split(' '), COMMANDS)).toBeUndefined();
});
