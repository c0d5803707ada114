import type { ErrorCode } from '../errors.js';

/** What everything is kept in, as an error names it. */
export interface KeptIn {
  /** Such as “the data folder /var/lib/calreply”. */
  readonly text: string;
  /** Of the error that it cannot be used. */
  readonly code: Extract<ErrorCode, 'DataFolderUnusable' | 'DatabaseUnusable'>;
}
