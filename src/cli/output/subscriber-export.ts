import type { SubscriberResource } from '../../api/contract.js';
import { csvText } from './csv.js';
import { jsonText } from './terminal.js';

/** What an export is written in. */
export const EXPORT_FORMATS = ['csv', 'ndjson', 'json'] as const;

export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Writes subscribers as they come: whole lines, for `out`, which ends the last of them. */
export class SubscriberExport {
  readonly #format: ExportFormat;
  #isFirst = true;
  /** In a list of JSON a comma stands between two, so the last one waits for the next. */
  #held: string | undefined;

  constructor(format: ExportFormat) {
    this.#format = format;
  }

  /** @returns undefined where there is nothing to write */
  lines(subscribers: readonly SubscriberResource[]): string | undefined {
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    if (this.#format === 'csv' && isFirst) return csvText(subscribers, COLUMNS);
    if (subscribers.length === 0) return this.#format === 'json' && isFirst ? '[' : undefined;
    if (this.#format === 'csv') return csvText(subscribers, COLUMNS, { header: false });
    const lines = subscribers.map((one) => jsonText(one));
    return this.#format === 'ndjson' ? lines.join('\n') : this.#inList(lines, isFirst);
  }

  /** What is to be written after the last of them. */
  end(): string | undefined {
    if (this.#format !== 'json') return undefined;
    return this.#held === undefined ? ']' : `${this.#held}\n]`;
  }

  #inList(lines: readonly string[], isFirst: boolean): string {
    const all = this.#held === undefined ? lines : [this.#held, ...lines];
    this.#held = all.at(-1);
    return [...(isFirst ? ['['] : []), ...all.slice(0, -1).map((line) => `${line},`)].join('\n');
  }
}

/** In the order in which a person reads them. */
const COLUMNS = [
  ...(['subscriberEmail', 'subscriberId', 'isActive', 'marketingAllowed', 'additionalOptIn'] as const),
  ...(['calendars', 'tags', 'zipCode', 'countryCode', 'timezone'] as const),
  ...(['utmSource', 'utmMedium', 'utmCampaign', 'subscriptions', 'firstSeenAt', 'lastSeenAt'] as const),
] as const satisfies readonly (keyof SubscriberResource)[];
