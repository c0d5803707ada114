import { readdirSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import type { DemoJson } from '../../src/cli/output/demo.js';
import { Home } from '../helpers/home.js';

test('demo shows four notifications delivered and verified, and leaves nothing behind', async () => {
  const home = new Home(onTestFinished);

  const { exitCode, stdout, stderr } = await home.run(['demo']);

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout.match(/← 200 {2}signature verified/g)).toHaveLength(4);
  expect(stdout).toContain('✓ 4 of 4 notifications delivered and verified, in order.');
  expect([home.home, home.temporary, home.work].flatMap((folder) => readdirSync(folder))).toEqual([]);
});

test('demo --json prints the notification history and nothing else', async () => {
  const home = new Home(onTestFinished);

  const { notifications, verified } = await home.json<DemoJson>(['demo']);

  expect(verified).toBe(4);
  expect(notifications.map(({ eventType, status, lastStatus }) => [eventType, status, lastStatus])).toEqual([
    ['Subscribe', 'delivered', 200],
    ['Subscribe', 'delivered', 200],
    ['Unsubscribe', 'delivered', 200],
    ['Unsubscribe', 'delivered', 200],
  ]);
  expect(readdirSync(home.temporary)).toEqual([]);
});

test('demo leaves nothing behind when it is interrupted either', async () => {
  const home = new Home(onTestFinished);
  const demo = home.start(['demo']);
  await demo.line(/^ {2}webhook /);
  expect(readdirSync(home.temporary)).toHaveLength(1);

  expect((await demo.stop('SIGINT')).exitCode).toBe(130);

  expect(readdirSync(home.temporary)).toEqual([]);
});
