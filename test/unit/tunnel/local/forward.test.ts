import { expect, test } from 'vitest';
import { targetPath } from '../../../../src/tunnel/local/forward.js';

test.each([
  ['http://localhost:3000/', '', '', '/'],
  ['http://localhost:3000/hooks', '/a', 'b=1', '/hooks/a?b=1'],
  ['http://localhost:3000/hooks?key=1', '/a', '', '/hooks/a?key=1'],
  ['http://localhost:3000/?key=1', '', 'b=1', '/?key=1&b=1'],
])('at %s what has path “%s” and query “%s” goes to %s', (target, path, query, expected) => {
  expect(targetPath(new URL(target), path, query)).toBe(expected);
});
