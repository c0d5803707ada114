/** See common-js.mjs. */
export function commonJs(text: string): Promise<string>;
