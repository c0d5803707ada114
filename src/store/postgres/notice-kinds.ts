/** What one process tells the others: something is due, or the history grew. */
export const NOTICE_KINDS = ['due', 'history'] as const;

export type NoticeKind = (typeof NOTICE_KINDS)[number];

export function isKind(text: string): text is NoticeKind {
  return (NOTICE_KINDS as readonly string[]).includes(text);
}
