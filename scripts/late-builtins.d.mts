/** See late-builtins.mjs. */
export function withLateBuiltins(code: string): string;
