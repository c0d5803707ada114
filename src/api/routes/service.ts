import type { FastifyInstance, FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import { CalReplyError } from '../../errors.js';
import type { AppOptions, Metrics } from '../app-options.js';
import { HealthAnswer, ReadyAnswer, UnreadyAnswer, type ReadinessCheck } from '../contract.js';

/** `/health`, `/ready`, `/metrics` and `/openapi.json`: what the service says about itself, to anybody who asks. */
export function serviceRoutes(
  app: FastifyInstance,
  { version, readiness, metrics }: Pick<AppOptions, 'version' | 'readiness' | 'metrics'>,
  done: () => void,
): void {
  app.get(
    '/health',
    { schema: { summary: 'Is the service alive?', tags: ['service'], response: { 200: HealthAnswer } } },
    // Nothing is looked at: a service that answers is alive, and to restart one because its disk is full mends nothing.
    () => ({ status: 'ok', service: 'calreply', version }),
  );
  app.get(
    '/ready',
    {
      schema: {
        summary: 'Can the service do its work now?',
        description: 'See docs/running-a-server.md.',
        tags: ['service'],
        response: { 200: ReadyAnswer, 503: UnreadyAnswer },
      },
    },
    async (_, reply) => {
      const checks = await readiness();
      void reply.header('cache-control', 'no-store');
      const failed = checks.filter(({ ok }) => !ok);
      if (failed.length === 0) return { status: 'ready', checks } satisfies ReadyAnswer;
      const error = new CalReplyError('ServiceUnavailable', reasonOf(failed));
      const body: UnreadyAnswer = { ...error.toBody(), status: 'unready', checks: [...checks] };
      return reply.status(503).headers(error.headers).send(body);
    },
  );
  if (metrics) metricsRoute(app, metrics);
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  done();
}

function metricsRoute(app: FastifyInstance, { contentType, isPublic, text }: Metrics): void {
  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    if (!isPublic && !isFromThisMachine(request)) {
      throw new CalReplyError('Forbidden', 'The metrics are for programs on the machine of the service.', {
        hint: 'Whoever runs it can show them to everybody who reaches it: calreply serve --metrics-public',
      });
    }

    return reply
      .type(contentType)
      .header('cache-control', 'no-store')
      .send(await text());
  });
}

/**
 * What a proxy on this machine passes on, and what a page in a browser here asks for under a name of its own, comes from
 * this machine as well. So whatever tells of a proxy or was sent to another name counts as from elsewhere.
 */
function isFromThisMachine({ raw, headers }: FastifyRequest): boolean {
  const isPassedOn = Object.keys(headers).some((name) => /^(x-forwarded-|x-real-ip$|forwarded$|via$)/.test(name));
  const host = (headers.host ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  return !isPassedOn && isLoopback(raw.socket.remoteAddress ?? '') && (host === 'localhost' || isLoopback(host));
}

function isLoopback(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback';
}

function reasonOf(failed: readonly ReadinessCheck[]): string {
  return failed.map(({ reason }) => reason).join(' ');
}
