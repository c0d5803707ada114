import type { FastifyInstance } from 'fastify';
import { CalReplyError } from '../../errors.js';
import type { AppOptions } from '../app-options.js';
import { TokenRequestError } from '../auth.js';
import { TokenAnswer, TokenErrorAnswer } from '../contract.js';

/** `POST /oauth2/token` */
export function tokenRoutes(app: FastifyInstance, { auth }: AppOptions, done: () => void): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, parsed) => {
    parsed(null, Object.fromEntries(new URLSearchParams(body as string)));
  });
  // Whatever else is sent is refused by the OAuth library, in the words of the RFC.
  app.addContentTypeParser('*', { parseAs: 'string' }, (_, __, parsed) => parsed(null, {}));

  app.post<{ Body: Record<string, string> | undefined }>(
    '/oauth2/token',
    {
      schema: {
        summary: 'Log in: grant_type client_credentials or refresh_token, as a form',
        description: 'The client id and secret come in a Basic header, or as client_id and client_secret in the form.',
        tags: ['oauth2'],
        response: {
          200: TokenAnswer,
          400: TokenErrorAnswer,
          401: TokenErrorAnswer,
          429: TokenErrorAnswer,
          503: TokenErrorAnswer,
        },
      },
    },
    async (request, reply) => {
      // RFC 6749 section 5.1: no cache on the way may keep a token.
      void reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache' });
      try {
        return await auth.token(request.headers as Record<string, string>, request.body ?? {}, request.ip);
      } catch (error) {
        if (error instanceof CalReplyError) {
          // The RFC has no word for this at the token call; clients know the one of section 4.1.2.1.
          const inItsWords = { error: 'temporarily_unavailable', error_description: error.message };
          return reply
            .status(error.status)
            .headers(error.headers)
            .send({ ...inItsWords, ...error.toBody() });
        }

        if (!(error instanceof TokenRequestError)) throw error;
        if (error.status === 401) void reply.header('www-authenticate', 'Basic realm="calreply"');
        const code = error.status === 401 ? 'InvalidCredentials' : 'InvalidRequest';
        const reason = error.status === 401 ? 'The client id or the secret is not right.' : `${error.message}.`;
        return reply
          .status(error.status)
          .send({ error: error.error, error_description: error.message, Code: code, Reason: reason });
      }
    },
  );
  done();
}
