import { REHEARSAL_NAMES } from '../../listen/rehearsal-tally.js';
import type { ListenReport, RehearsalCount } from '../../listen/report.js';
import type { Rehearsal } from '../../tunnel/listening.js';
import { green, red } from './colors.js';
import { count } from './text.js';

/** What a run came to; the line before the last. */
export interface ReportJson extends ListenReport {
  readonly type: 'report';
  readonly at: string;
}

export function reportJson(report: ListenReport, now: Date): ReportJson {
  return { type: 'report', at: now.toISOString(), ...report };
}

/** What a run came to, in a few lines; undefined when nothing came in. */
export function renderReport(report: ListenReport): string | undefined {
  if (report.deliveries === 0) return undefined;
  const { sent, answered, leftOut } = report.mirrored;
  const { dropped, cameAgain } = report.dropped;
  const copies = [`${sent} sent`, `${answered} answered 2xx`, ...(leftOut > 0 ? [`${leftOut} left out`] : [])];
  return [
    deliveriesLine(report),
    ...(sent + leftOut > 0 ? [`Copies to mirrors: ${copies.join(', ')}.`] : []),
    ...Object.entries(report.rehearsals).map(([rehearsal, tally]) => rehearsalLine(rehearsal as Rehearsal, tally)),
    ...(dropped > 0 ? [`${dropped} dropped, ${cameAgain} came again.`] : []),
  ].join('\n');
}

function deliveriesLine({ deliveries, answered, failed, held, open }: ListenReport): string {
  const parts = [
    `${answered} answered 2xx`,
    `${failed} failed`,
    ...(held > 0 ? [`${held} held while the app was down`] : []),
    ...(open > 0 ? [`${open} left to the service`] : []),
  ];
  return `${count(deliveries, 'delivery', 'deliveries')}: ${parts.join(', ')}.`;
}

function rehearsalLine(rehearsal: Rehearsal, { passed, failed }: RehearsalCount): string {
  const mark = failed === 0 ? green('✓') : red('✗');
  return `${mark} ${REHEARSAL_NAMES[rehearsal]}: ${passed} of ${passed + failed} as it should.`;
}
