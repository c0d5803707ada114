// `import process from 'node:process'` makes Node look at every property of it, and some of them are costly: opening
// standard input, listing the flags of Node.
export default globalThis.process;
export const { execPath, platform } = globalThis.process;
