// oclif asks for the frames of its spinner in every terminal; progress is drawn by src/cli/output/progress.ts.
const spinner = { interval: 80, frames: ['-'] };
export default { dots2: spinner, line: spinner };
