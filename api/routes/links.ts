import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { open } from '#api/authorization/access.ts';
import type { Api, ApiContext } from '#api/context.ts';
import type { ApiNotify, LinkTarget } from '#api/notify-port.ts';
import { answers, closed } from '#api/schemas.ts';
import { linkPage, linkPagePolicy } from '#api/views/link-page.ts';
import { Link, type LinkView, linkView } from '#api/views/link-view.ts';
import { type Language, languageOf } from '#api/views/task-view.ts';
import { GridbellError } from '#model/errors.ts';

const Params = closed({ token: Type.String({ pattern: '^[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{32}$' }) });
/** What looks at links in messages without a person: previews of chats, scanners of mail. */
const machines = /bot|crawl|spider|preview|scan|facebookexternalhit|slurp|curl|wget|python|java|go-http/i;

/** One-tap links of messages: GET shows what it would do, POST does it. No account needed: the link is the right. */
export function linkRoutes(app: Api, context: ApiContext): void {
  const tags = ['notifications'];
  const config = { access: open, rateLimit: { max: 60, timeWindow: 60_000 } };
  // The button of the page is a form of a browser that may have no script.
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 1_024 },
    (_request, _body, done) => done(null, undefined),
  );
  const view = (target: LinkTarget, language: Language) => linkView(target, language, context);

  app.get(
    '/links/:token',
    {
      config,
      schema: {
        tags,
        summary:
          'What the link of a message would do; a page for browsers. Does nothing but note that it was seen',
        produces: ['application/json', 'text/html'],
        params: Params,
        response: answers({ 200: Link }),
      },
    },
    async (request, reply) => {
      const { notify } = context.platform;
      const language = languageOf(request.headers);
      const { token } = request.params;
      const target = notify.link(token);
      // Some scanners of mail look like a browser: what is a matter of life goes on to the next channel until somebody taps.
      if (isLookedAtByPerson(request) && !target.stands.lifeSafety)
        notify.seen(target.task, target.person, 'link');
      const shown = view(target, language);
      if (!wantsPage(request)) return shown;
      return reply
        .headers(pageHeaders)
        .type('text/html; charset=utf-8')
        .serializer(String)
        .send(linkPage(shown, language) as never);
    },
  );

  app.post(
    '/links/:token',
    {
      config,
      schema: {
        tags,
        summary: 'Do what the link is for, once, as the person whom it was sent to',
        produces: ['application/json', 'text/html'],
        params: Params,
        response: answers({ 200: Link }),
      },
    },
    async (request, reply) => {
      const language = languageOf(request.headers);
      const { token } = request.params;
      const { notify } = context.platform;
      const target = notify.link(token);
      notify.seen(target.task, target.person, 'link');
      if (!wantsPage(request)) return view(await notify.useLink(token), language);
      const page = await pageAfter(notify, token, language, (shown) => view(shown, language));
      return reply
        .headers(pageHeaders)
        .type('text/html; charset=utf-8')
        .serializer(String)
        .send(page as never);
    },
  );
}

/** What came of it, on a page: somebody else has it meanwhile, the link was used, or it is theirs now. */
async function pageAfter(
  notify: ApiNotify,
  token: string,
  language: Language,
  view: (target: LinkTarget) => LinkView,
): Promise<string> {
  const before = notify.link(token);
  try {
    return linkPage(view(await notify.useLink(token)), language, 'done');
  } catch (error) {
    if (!(error instanceof GridbellError)) throw error;
    return linkPage(view(before), language, 'refused');
  }
}

const pageHeaders = {
  'content-security-policy': linkPagePolicy,
  // With `no-referrer` a browser would not say where the form came from, and the POST would be refused as foreign.
  'referrer-policy': 'same-origin',
} as const;

const wantsPage = ({ headers }: FastifyRequest): boolean => headers.accept?.includes('text/html') === true;

const isLookedAtByPerson = ({ headers, method }: FastifyRequest): boolean =>
  method === 'GET' &&
  headers['sec-purpose'] === undefined &&
  headers['purpose'] === undefined &&
  !machines.test(headers['user-agent'] ?? '');
