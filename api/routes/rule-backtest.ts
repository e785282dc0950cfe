import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { everywhere } from '#api/authorization/access.ts';
import { managers } from '#api/authorization/role-groups.ts';
import { refuseHospital, refuseUnseen } from '#api/authorization/rule-sight.ts';
import { callerOf } from '#api/caller.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { type GivenRule, given, invalidRule, ruleOf } from '#api/rule-body.ts';
import type { RuleShelf } from '#api/rule-shelf.ts';
import { answers, closed, IdParams, rangeOf } from '#api/schemas.ts';
import { invalidInput } from '#api/validation.ts';
import { Backtest, backtestView } from '#api/views/backtest-view.ts';
import { RuleText } from '#api/views/rule-view.ts';
import { day, type EpochMs, epochMs, minute } from '#model/brand.ts';
import { stopwatch } from '#model/clock.ts';

const longestDays = 366;
/** Whoever asks for all until now need not have our clock. */
const believedAheadMs = minute;

/** What a rule would have done. */
export function ruleBacktestRoutes(app: Api, context: ApiContext, shelf: RuleShelf): void {
  const { platform, reader } = context;
  app.post(
    '/rules/:id/backtest',
    {
      config: { access: { roles: managers, scope: everywhere } },
      schema: {
        tags: ['rules'],
        summary:
          'What a rule, or a draft of it, would have done with the readings of a time: alarms and work; nothing is raised, kept or told',
        params: IdParams,
        body: closed({
          from: Type.String({
            maxLength: 64,
            description: 'ISO 8601 with zone; alarms that begin in from ≤ t < to',
          }),
          to: Type.String({
            maxLength: 64,
            description: `Not in the future, at most ${longestDays} days after from`,
          }),
          rule: Type.Optional(RuleText),
        }),
        response: answers({ 200: Backtest }),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { rule: draft } = request.body;
      const range = rangeToTry(request.body, platform.now());
      const standing = draft === undefined ? shelf.required(id) : reader.get('rule', id);
      const rule = draft === undefined ? asGiven(id, standing?.body ?? {}) : ruleOf(draft, id);
      const { role } = callerOf(request);
      refuseUnseen(role, [rule]);
      refuseHospital(role, rule);
      if (rule.problems.length > 0) throw invalidRule(rule);
      const began = stopwatch();
      const { source } = rule;
      const version = standing?.version ?? 0;
      const report = await platform.backtest({ rule: { id, version, source }, ...range }, goneSignal(reply));
      return backtestView(report, {
        rule: id,
        version: standing?.version ?? null,
        isDraft: draft !== undefined,
        tookMs: stopwatch() - began,
      });
    },
  );
}

const asGiven = (id: string, source: Readonly<Record<string, unknown>>): GivenRule =>
  given({ source: { ...source, id }, locate: () => null }, id);

function rangeToTry(body: { from: string; to: string }, now: EpochMs): { from: EpochMs; to: EpochMs } {
  const { from, to } = rangeOf(body);
  if (from === undefined || to === undefined) throw invalidInput([{ path: 'from', message: 'is missing' }]);
  if (to > now + believedAheadMs || from >= now)
    throw invalidInput([
      { path: from >= now ? 'from' : 'to', message: 'lies in the future: nothing was said then' },
    ]);
  if (to - from > longestDays * day)
    throw invalidInput([{ path: 'from', message: `must be at most ${longestDays} days before to` }]);
  return { from, to: epochMs(Math.min(to, now)) };
}

/** Aborts when nobody waits for the answer any more. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.on('close', () => {
    if (!reply.raw.writableEnded) gone.abort();
  });
  return gone.signal;
}
