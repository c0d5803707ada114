import { expect, test, vi } from 'vitest';
import { abortable } from '../../../src/util/abortable.js';

const never = new Promise<never>(() => undefined);

test('is what the promise comes to, and leaves nothing at a signal that outlives it', async () => {
  const { signal } = new AbortController();
  const added = vi.spyOn(signal, 'addEventListener');
  const removed = vi.spyOn(signal, 'removeEventListener');

  expect(await abortable(Promise.resolve(7), signal)).toBe(7);
  await expect(abortable(Promise.reject(new Error('broken')), signal)).rejects.toThrow('broken');

  expect(added).toHaveBeenCalledTimes(2);
  expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(added.mock.calls.map(([, listener]) => listener));
});

test('ends with the reason of its signal, whether that comes during or before it', async () => {
  const ending = new AbortController();
  const waiting = abortable(never, ending.signal);
  ending.abort(new Error('closing'));
  await expect(waiting).rejects.toThrow('closing');
  await expect(abortable(never, ending.signal)).rejects.toThrow('closing');
});
