import { type Static, Type } from 'typebox';
import { CareLadderPlan, usualLadder } from '#model/care-ladder.ts';
import { LimitText } from '#model/limit.ts';
import { type Role, roles } from '#model/role.ts';
import { type LocalText, localTextOf } from '#model/text.ts';

/** How a task of the category gets to somebody: assign 指派, claim 抢单, rotate 轮训. */
export const dispatchModes = ['assign', 'claim', 'rotate'] as const;
export type DispatchMode = (typeof dispatchModes)[number];

/** What has to be there before a task may be fed back as done. */
export const evidenceKinds = ['photo', 'comment'] as const;
export type EvidenceKind = (typeof evidenceKinds)[number];

/** What a task may say by itself; a category names those that its tasks are to come with. */
export const taskFields = [
  'place',
  'what',
  'severity',
  'time',
  'device',
  'evidence',
  'owner',
  'accept-limit',
  'handle-limit',
  'checklist',
  'resident',
  'need',
  'contact',
] as const;
export type TaskField = (typeof taskFields)[number];

/** The steps that have a time limit: verify a report, accept, handle, close what was fed back. */
export const limitedSteps = ['verify', 'accept', 'handle', 'close'] as const;
export type LimitedStep = (typeof limitedSteps)[number];

const oneOf = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.String({ enum: [...values] }));
const closed = <T extends Parameters<typeof Type.Object>[0]>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });
const eachOnce = { maxItems: roles.length, uniqueItems: true } as const;
const DurationText = Type.String({ pattern: '^\\d+(\\.\\d+)?(s|m|h|d)$', maxLength: 24 });

export const categoryPattern = '^[a-z0-9-]{1,64}$';

/**
 * What tasks are about, and all that hangs on it, as data: the resource `category` of the API and of community files. Only
 * `id` and `owner` have to be there; `categoryOf` says what counts where the rest is missing.
 */
export const Category = closed({
  /** The code that rules and tasks name. */
  id: Type.String({ pattern: categoryPattern, title: 'category code' }),
  name: Type.Optional(localTextOf(200)),
  /** Whose work it is when no rule names a role. */
  owner: oneOf(roles),
  /** Who stands in for the owner, in this order. */
  fallback: Type.Optional(Type.Array(oneOf(roles), eachOnce)),
  /** Used where a rule names none. */
  limits: Type.Optional(
    closed({
      verify: Type.Optional(LimitText),
      accept: Type.Optional(LimitText),
      handle: Type.Optional(LimitText),
      close: Type.Optional(LimitText),
    }),
  ),
  dispatch: Type.Optional(oneOf(dispatchModes)),
  evidence: Type.Optional(
    Type.Array(oneOf(evidenceKinds), { maxItems: evidenceKinds.length, uniqueItems: true }),
  ),
  /** Reminds, blocks nothing; of tasks whose rule has none. */
  checklist: Type.Optional(Type.Array(localTextOf(500), { maxItems: 50 })),
  /** Who may say that the work is done (close) or is not (rework). An admin always may. */
  verifiers: Type.Optional(Type.Array(oneOf(roles), { ...eachOnce, minItems: 1 })),
  /** True: who handled a task may close it; the history says so. Absent: as the community says. */
  selfVerify: Type.Optional(Type.Boolean()),
  /** How long after the last of its alarms cleared a task is closed by itself. Absent: never. Never for life safety. */
  autoClose: Type.Optional(DurationText),
  /** How long after it was closed a resident may say that it is not done. */
  reopenWithin: Type.Optional(DurationText),
  /** What a task that a sensor raises is to say by itself, so that nobody types it. */
  fields: Type.Optional(
    Type.Array(oneOf(taskFields), { minItems: 1, maxItems: taskFields.length, uniqueItems: true }),
  ),
  /** The care ladder that its alarms start: its rungs, `usual`, or `none`. Default: none, of elderly care the usual one. */
  ladder: Type.Optional(Type.Union([CareLadderPlan, Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' })])),
});
export type Category = Static<typeof Category>;

/** A category with everything that counts said. */
export interface CompleteCategory {
  readonly id: string;
  readonly name: LocalText;
  readonly owner: Role;
  readonly fallback: readonly Role[];
  readonly limits: Readonly<Partial<Record<LimitedStep, string>>>;
  readonly dispatch: DispatchMode;
  readonly evidence: readonly EvidenceKind[];
  readonly checklist: readonly LocalText[];
  readonly verifiers: readonly Role[];
  /** null: it does not say, so the community's word counts. */
  readonly selfVerify: boolean | null;
  readonly autoClose: string | null;
  readonly reopenWithin: string;
  readonly fields: readonly TaskField[];
  readonly ladder: CareLadderPlan | null;
}

/** What every task that a sensor raises can say. */
export const usualFields = taskFields.slice(0, 10);

/** How long a resident may reopen where the category does not say. */
const usualReopenWithin = '7d';

/** Who verifies where the category does not say. */
export const usualVerifiers = ['property-manager', 'grid-leader'] as const satisfies readonly Role[];

/** What a category says, with what is usual where it says nothing. */
export const completeCategory = (category: Category): CompleteCategory => ({
  id: category.id,
  name: category.name ?? { zh: category.id, en: category.id },
  owner: category.owner,
  fallback: category.fallback ?? usualFallback(category.owner),
  limits: category.limits ?? {},
  dispatch: category.dispatch ?? 'assign',
  evidence: category.evidence ?? [],
  checklist: category.checklist ?? [],
  verifiers: category.verifiers ?? usualVerifiers,
  selfVerify: category.selfVerify ?? null,
  autoClose: category.autoClose ?? null,
  reopenWithin: category.reopenWithin ?? usualReopenWithin,
  fields: category.fields ?? usualFields,
  ladder: ladderOf(category),
});

/** Another word than `none` is a name of before there was a choice. */
function ladderOf({ id, ladder }: Pick<Category, 'id' | 'ladder'>): CareLadderPlan | null {
  if (ladder === undefined) return id === 'elderly-care' ? usualLadder : null;
  if (typeof ladder === 'string') return ladder === 'none' ? null : usualLadder;
  return ladder;
}

/**
 * Who stands in when nobody of the wanted role is there, in this order. An auditor only looks and is never assigned.
 * Care stays with those who may see why: a property manager comes late in the chain of care staff.
 */
export const usualFallback = (role: Role): readonly Role[] => standIns[role];

const standIns: Readonly<Record<Role, readonly Role[]>> = {
  'care-staff': ['grid-worker', 'grid-leader', 'community-duty', 'street-duty', 'property-manager', 'admin'],
  volunteer: ['grid-worker', 'grid-leader', 'property-manager', 'community-duty', 'street-duty', 'admin'],
  'grid-worker': ['grid-leader', 'property-manager', 'community-duty', 'street-duty', 'admin'],
  'grid-leader': ['property-manager', 'community-duty', 'street-duty', 'admin'],
  'property-manager': ['grid-leader', 'community-duty', 'street-duty', 'admin'],
  'community-duty': ['street-duty', 'grid-leader', 'property-manager', 'admin'],
  'street-duty': ['community-duty', 'grid-leader', 'property-manager', 'admin'],
  admin: ['property-manager', 'grid-leader', 'community-duty', 'street-duty'],
  auditor: [],
};
