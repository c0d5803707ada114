import os from 'node:os';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { withLateBuiltins } from '../../../scripts/late-builtins.mjs';

test('a costly module of Node is loaded when something of it is asked for, once', () => {
  const code = withLateBuiltins(
    '"use strict";const os=require("node:os");name=()=>os.hostname();has=()=>["hostname" in os,"nothing" in os]',
  );
  const asked: string[] = [];
  const context = {
    name: undefined as unknown,
    has: undefined as unknown,
    require(id: string) {
      asked.push(id);
      return os;
    },
  };
  runInNewContext(code.replace('"use strict";', ''), context);
  expect(asked).toEqual([]);
  const { name, has } = context as unknown as { name: () => string; has: () => boolean[] };
  expect([name(), name()]).toEqual([os.hostname(), os.hostname()]);
  expect([...has()]).toEqual([true, false]);
  expect(asked).toEqual(['node:os']);
});
