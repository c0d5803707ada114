/** Lets everything run that needs no time: for the steps of a fake clock. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
