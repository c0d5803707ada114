import { Flags } from '@oclif/core';
import type { FollowEvent } from '../../api/client.js';
import { ServiceCommand } from '../../cli/base-command.js';
import { filterFlags, historyFlags, notificationFlags } from '../../cli/flags.js';
import { historyQuery } from '../../cli/input.js';
import { renderEntry, renderLink, tailJson, type TailJson } from '../../cli/output/tail.js';
import { jsonText, out } from '../../cli/output/terminal.js';
import { SIGNAL_CODES, firstSignal } from '../../cli/signals.js';

export default class NotificationsTail extends ServiceCommand {
  static override summary = 'Watch notifications as they are made, sent and answered.';
  static override description = `Shows each notification when it is made (→), and each attempt when it ends: its answer (←), or why there was none (✗). A link that breaks is made again, and nothing is missed. A filter by status goes by what a line tells: --status failed shows what is given up, --status pending also the attempts after which another follows.\n\nExit codes: 2 a filter is not valid, 3 not logged in, 4 no such webhook, event or calendar, 5 service not reachable at the start, ${SIGNAL_CODES} ended by a signal.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> -n 20',
    '<%= config.bin %> <%= command.id %> --status failed --since 2h',
    '<%= config.bin %> <%= command.id %> --json | jq -r \'select(.type == "attempt") | .attempt.status\'',
  ];
  static override flags = {
    ...filterFlags,
    ...notificationFlags,
    status: { ...notificationFlags.status, summary: 'Only lines that tell of this state.' },
    since: {
      ...historyFlags.since,
      summary: 'First what was since then: 10m, 2h, 7d, 1w, or a time such as 2026-11-23T15:00:00Z.',
    },
    last: Flags.integer({
      char: 'n',
      summary: 'First the last so many lines.',
      helpValue: 'NUMBER',
      min: 1,
      max: 1000,
    }),
  };
  protected override readonly printsJsonLines = true;

  async run(): Promise<void> {
    const { flags } = await this.parse(NotificationsTail);
    const query = { ...historyQuery(flags, Date.now()), last: flags.last };
    const { api } = await this.connect(flags);
    const ending = new AbortController();
    const signal = firstSignal();
    const followed = api.followNotifications(query, {
      signal: ending.signal,
      onEvent: (followEvent) => this.#tell(followEvent, api.apiUrl),
    });
    const exitCode = await Promise.race([signal, followed]);
    ending.abort();
    await followed;
    if (this.jsonEnabled()) this.#line({ type: 'closed', at: new Date().toISOString() });
    this.exit(exitCode ?? 0);
  }

  #tell(event: FollowEvent, apiUrl: string): void {
    const now = new Date();
    if (this.jsonEnabled()) return this.#line(tailJson(event, now));
    if (event.kind === 'entry') this.show(renderEntry(event.entry, now));
    else this.note(renderLink(event, now, apiUrl));
  }

  #line(json: TailJson): void {
    out(jsonText(json));
  }
}
