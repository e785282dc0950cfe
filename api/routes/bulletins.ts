import { type Static, Type } from 'typebox';
import { isInScope, type Scope } from '#api/authorization/access.ts';
import { posters } from '#api/authorization/role-groups.ts';
import type { Caller } from '#api/caller.ts';
import { callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { LeakyBuckets } from '#api/leaky-buckets.ts';
import { answers, closed, Id, oneOf } from '#api/schemas.ts';
import { severities } from '#model/alarm.ts';
import { type PersonId, type PlaceId, second } from '#model/brand.ts';
import type { Person } from '#model/community.ts';
import { GridbellError } from '#model/errors.ts';
import { postHash, type Told } from '#model/posted-alarm.ts';
import { roles } from '#model/role.ts';
import { type LocalText, localTextOf } from '#model/text.ts';

/** Of one account or token: each goes out by the channels of everybody whom it is for. */
const allowance = { burst: 30, refillMs: 2 * second } as const;
const mostPeople = 200;

const Words = (most: number, description: string) =>
  Type.Union([Type.String({ minLength: 1, maxLength: most }), localTextOf(most)], { description });

const Bulletin = closed({
  id: Type.String({
    minLength: 1,
    maxLength: 128,
    pattern: '^[^\\u0000-\\u001f\\u007f]+$',
    description: 'Your own, unique in the installation; the same again tells nobody a second time, for ever',
  }),
  to: Type.Union([closed({ person: Id }), closed({ role: oneOf(roles), place: Id })], {
    description: 'A person, or those of a role who work at a place',
  }),
  title: Type.Optional(Words(100, 'One line')),
  text: Words(500, 'What is told'),
  severity: Type.Optional(oneOf(severities)),
});
type Body = Static<typeof Bulletin>;

const usualTitle = { zh: '通知', en: 'Message' } as const;

/** Messages to people that are of no task: what a flow would like somebody to know. */
export function bulletinRoutes(app: Api, context: ApiContext): void {
  const used = new LeakyBuckets({ clock: context.wallClock, most: 10_000 });
  const scope: Scope = {
    kind: 'checked',
    allows: (request, caller) => isOwn((request.body as Body).to, caller, context),
  };

  app.post(
    '/bulletins',
    {
      config: { access: { roles: posters, scope }, isBounded: true },
      schema: {
        tags: ['notifications'],
        summary: 'Tell people something that is of no task, by their channels; once for each id',
        body: Bulletin,
        response: answers({
          200: Type.Object({ told: Type.Integer() }),
          201: Type.Object({ told: Type.Integer({ description: 'How many people; 0: it was told before' }) }),
        }),
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { id, severity = 'minor', text, title = usualTitle, to } = request.body;
      const key = `${caller.actor.kind} ${caller.actor.id}`;
      const waitMs = used.waitMs(key, allowance);
      if (waitMs > 0) {
        reply.header('retry-after', Math.ceil(waitMs / second));
        throw new GridbellError(
          'too-many-requests',
          `${allowance.burst} messages at once, and one each 2 s, are what this account may send.`,
        );
      }
      const people = peopleOf(to, context);
      const words = { title: localOf(title, ' '), body: localOf(text, '\n') };
      used.use(key, allowance);
      const { told } = (await context.execute(caller, {
        name: 'announce',
        request: postHash('tell', { id: id.toWellFormed() }),
        bulletins: people.map((person) => ({
          id: `told:${postHash('tell', { id: id.toWellFormed(), key: person.id })}`,
          person: person.id,
          severity,
          text: words,
        })),
      })) as Told;
      return reply.code(told > 0 ? 201 : 200).send({ told });
    },
  );
}

/** Who may tell: who has the place, or a place where the person works. */
function isOwn(to: Body['to'], caller: Caller, context: ApiContext): boolean {
  if (caller.places === null) return true;
  if ('place' in to) return isInScope(caller, to.place as PlaceId, context);
  const { places = [] } = context.configuration.person(to.person as PersonId) ?? {};
  return to.person === caller.person || places.some((place) => isInScope(caller, place, context));
}

function peopleOf(to: Body['to'], { configuration }: ApiContext): readonly Person[] {
  if ('person' in to) {
    const person = configuration.person(to.person as PersonId);
    if (!person) throw unknown('to.person', `there is no person ${to.person}`);
    return [person];
  }
  const place = to.place as PlaceId;
  const people = [...configuration.people()].filter(
    ({ places, role }) => role === to.role && places.some((own) => configuration.isWithin(place, own)),
  );
  if (people.length === 0) throw unknown('to', `nobody with the role ${to.role} works at ${place}`);
  if (people.length > mostPeople)
    throw new GridbellError(
      'too-large',
      `These are ${people.length} people; ${mostPeople} may be told at a time.`,
    );
  return people;
}

/** Control characters would break the lines of a message; `breaks`: what a line may end with. */
function localOf(words: Body['text'], breaks: ' ' | '\n'): LocalText {
  const given: LocalText = typeof words === 'string' ? { zh: words, en: words } : words;
  const lines = Object.entries(given).flatMap(([language, text]) => {
    const plain = text
      .toWellFormed()
      .replace(/\r\n?|[\p{Zl}\p{Zp}]/gu, '\n')
      .replace(/\n+/g, breaks)
      .replace(/(?!\n)\p{Cc}+/gu, ' ')
      .trim();
    return plain === '' ? [] : [[language, plain] as const];
  });
  if (lines.length === 0)
    throw new GridbellError('invalid-input', 'There are no words in it.', {
      extra: { issues: [{ path: 'text', message: 'must say something, in zh or en' }] },
    });
  return Object.fromEntries(lines);
}

const unknown = (path: string, message: string): GridbellError =>
  new GridbellError('unknown-reference', `${message}.`, { extra: { issues: [{ path, message }] } });
