/* Figures as pictures of characters. */

const EIGHTHS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const SHADES = ['░', '▒', '▓', '█'] as const;

/** `▁▂▅█▃`: counts over time, against the greatest of them. None at all is a space. */
export function sparkline(counts: readonly number[]): string {
  const most = Math.max(...counts, 0);
  return counts.map((count) => levelOf(count, most, EIGHTHS) ?? ' ').join('');
}

/** `█████`: a count against the greatest of all, `width` columns at most. Anything is one column at least. */
export function bar(count: number, most: number, width: number): string {
  if (count <= 0 || most <= 0) return '';
  return '█'.repeat(Math.max(Math.round((count / most) * width), 1));
}

/** How dark a field of a heat map is; undefined for none at all. */
export function shade(count: number, most: number): string | undefined {
  return levelOf(count, most, SHADES);
}

/** The greatest count has the last level. */
function levelOf(count: number, most: number, levels: readonly string[]): string | undefined {
  return count <= 0 ? undefined : levels[Math.ceil((count / most) * levels.length) - 1];
}
