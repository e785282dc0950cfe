import { Type } from 'typebox';
import type { ApiContext } from '#api/context.ts';
import type { LinkTarget } from '#api/notify-port.ts';
import { closed, Instant, nullable, oneOf } from '#api/schemas.ts';
import type { Language } from '#api/views/task-view.ts';
import { severities } from '#model/alarm.ts';
import { iso } from '#model/clock.ts';
import { taskStates } from '#model/task.ts';
import { inLanguage } from '#model/text.ts';
import { placeName } from '#tasks/place-names.ts';

export const Link = closed({
  task: Type.String(),
  action: oneOf(['accept', 'claim']),
  person: Type.String(),
  title: Type.String({ description: "Without a resident's name" }),
  place: Type.String(),
  severity: oneOf(severities),
  state: oneOf(taskStates),
  acceptBy: nullable(Instant),
  expiresAt: Instant,
  usedAt: nullable(Instant),
});
export type LinkView = ReturnType<typeof linkView>;

/** What a link is about, for whoever holds it. */
export function linkView(target: LinkTarget, language: Language, { configuration }: ApiContext) {
  const { action, expiresAt, person, stands, task, usedAt } = target;
  return {
    task,
    action,
    person,
    title: inLanguage(stands.publicTitle ?? stands.title, language),
    place: placeName(configuration, stands.place, language),
    severity: stands.severity,
    state: stands.state,
    acceptBy: stands.acceptBy === null ? null : iso(stands.acceptBy),
    expiresAt: iso(expiresAt),
    usedAt: usedAt === null ? null : iso(usedAt),
  };
}
