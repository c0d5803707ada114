// oclif measures itself when it is asked to, which nothing here does.
export const { performance } = globalThis;
