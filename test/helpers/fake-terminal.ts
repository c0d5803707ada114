import { onTestFinished } from 'vitest';

/** For the rest of the test, what is printed goes to a terminal of this width, or, without one, to a pipe. */
export function fakeTerminal(columns?: number): void {
  set('isTTY', columns !== undefined);
  set('columns', columns);
}

function set(property: 'isTTY' | 'columns', value: unknown): void {
  const before = Object.getOwnPropertyDescriptor(process.stdout, property);
  Object.defineProperty(process.stdout, property, { value, configurable: true, writable: true });
  onTestFinished(() => {
    if (before) Object.defineProperty(process.stdout, property, before);
    else Reflect.deleteProperty(process.stdout, property);
  });
}
