import type { Category, Role, Severity } from '../../api/types.ts';
import { isLimitSound, type LimitParts, limitParts, limitText } from '../../format/limit.ts';
import { type LadderDraft, ladderBody, ladderDraft, ladderProblem, usualLadder } from './ladder-draft.ts';

/** The steps that have a time limit. */
export const limitedSteps = ['verify', 'accept', 'handle', 'close'] as const;
type Step = (typeof limitedSteps)[number];
export const dispatchModes = ['assign', 'claim', 'rotate'] as const;
export const evidenceKinds = ['photo', 'comment'] as const;
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
type Field = (typeof taskFields)[number];

/** What the server takes where a category says nothing (docs/tasks.md, Categories). */
const usualVerifiers: readonly Role[] = ['property-manager', 'grid-leader'];
const usualReopenWithin = '7d';

/** One category as a form holds it. */
export interface CategoryDraft {
  id: string;
  zh: string;
  en: string;
  owner: Role;
  /** null: the usual ones. */
  fallback: Role[] | null;
  limits: Record<Step, LimitParts>;
  dispatch: (typeof dispatchModes)[number];
  evidence: (typeof evidenceKinds)[number][];
  checklist: { key: number; zh: string; en: string }[];
  verifiers: Role[];
  /** Whether who handled it may close it; `community`: as the community has it. */
  selfVerify: 'community' | 'yes' | 'no';
  autoClose: LimitParts;
  reopenWithin: LimitParts;
  fields: Field[];
  ladder: 'none' | 'usual' | 'own';
  ownLadder: LadderDraft;
}

/** What a category says, with what is usual where it says nothing; of none: a new one. */
export function draftOf(category: Category | undefined): CategoryDraft {
  const { name, limits } = category ?? {};
  const ladder = category?.ladder ?? (category?.id === 'elderly-care' ? 'usual' : 'none');
  return {
    id: category?.id ?? '',
    zh: name?.zh ?? '',
    en: name?.en ?? '',
    owner: category?.owner ?? 'grid-worker',
    fallback: category?.fallback === undefined ? null : [...category.fallback],
    limits: {
      verify: limitParts(limits?.verify),
      accept: limitParts(limits?.accept),
      handle: limitParts(limits?.handle),
      close: limitParts(limits?.close),
    },
    dispatch: category?.dispatch ?? 'assign',
    evidence: [...(category?.evidence ?? [])],
    checklist: (category?.checklist ?? []).map(({ en = '', zh = '' }, key) => ({ key, zh, en })),
    verifiers: [...(category?.verifiers ?? usualVerifiers)],
    selfVerify: selfVerifyOf(category),
    autoClose: limitParts(category?.autoClose),
    reopenWithin: limitParts(category?.reopenWithin ?? usualReopenWithin),
    fields: [...(category?.fields ?? taskFields.slice(0, 10))],
    ladder: typeof ladder === 'string' ? (ladder === 'none' ? 'none' : 'usual') : 'own',
    ownLadder: ladderDraft(typeof ladder === 'string' ? usualLadder : ladder),
  };
}

function selfVerifyOf(category: Category | undefined): CategoryDraft['selfVerify'] {
  if (category?.selfVerify === undefined) return 'community';
  return category.selfVerify ? 'yes' : 'no';
}

const bilingual = ({ en, zh }: { readonly zh: string; readonly en: string }) => ({
  ...(zh.trim() === '' ? {} : { zh: zh.trim() }),
  ...(en.trim() === '' ? {} : { en: en.trim() }),
});
const isSaid = (text: { readonly zh: string; readonly en: string }): boolean =>
  Object.keys(bilingual(text)).length > 0;

/** All that a form says, for POST; nothing of what is left empty. */
export function bodyOf(draft: CategoryDraft): Category {
  const { fallback, ladder } = draft;
  const limits = limitedSteps.flatMap((step) => {
    const text = limitText(draft.limits[step]);
    return text === undefined ? [] : [[step, text] as const];
  });
  const autoClose = limitText(draft.autoClose);
  const reopenWithin = limitText(draft.reopenWithin);
  return {
    id: draft.id.trim(),
    ...(isSaid(draft) ? { name: bilingual(draft) } : {}),
    owner: draft.owner,
    ...(fallback === null ? {} : { fallback: [...fallback] }),
    limits: Object.fromEntries(limits),
    dispatch: draft.dispatch,
    evidence: evidenceKinds.filter((kind) => draft.evidence.includes(kind)),
    checklist: draft.checklist.filter(isSaid).map(bilingual),
    verifiers: [...draft.verifiers],
    ...(draft.selfVerify === 'community' ? {} : { selfVerify: draft.selfVerify === 'yes' }),
    ...(autoClose === undefined ? {} : { autoClose }),
    ...(reopenWithin === undefined ? {} : { reopenWithin }),
    fields: taskFields.filter((field) => draft.fields.includes(field)),
    ladder: ladder === 'own' ? ladderBody(draft.ownLadder) : ladder,
  };
}

/** The same for PATCH: null for what was there and is not said any more, also within names and limits. */
export function patchOf(draft: CategoryDraft): object {
  const { id: _, ...body } = bodyOf(draft);
  const gone = { name: null, fallback: null, selfVerify: null, autoClose: null, reopenWithin: null };
  return {
    ...gone,
    ...body,
    name: { zh: null, en: null, ...body.name },
    limits: { ...Object.fromEntries(limitedSteps.map((step) => [step, null])), ...body.limits },
  };
}

/** What is wrong with a form, as keys of `category.…`; by field. */
export interface CategoryProblems {
  readonly id?: 'problem-id';
  readonly name?: 'problem-name';
  readonly verifiers?: 'problem-verifiers';
  readonly fields?: 'problem-fields';
  /** Fields of the form that hold no time. */
  readonly spans: ReadonlySet<Step | 'autoClose' | 'reopenWithin'>;
  readonly ladder?: ReturnType<typeof ladderProblem>;
}

export function problemsOf(draft: CategoryDraft): CategoryProblems {
  const spans = { ...draft.limits, autoClose: draft.autoClose, reopenWithin: draft.reopenWithin };
  const names = Object.keys(spans) as (keyof typeof spans)[];
  const ladder = draft.ladder === 'own' ? ladderProblem(draft.ownLadder) : undefined;
  return {
    ...(/^[a-z0-9-]{1,64}$/.test(draft.id.trim()) ? {} : { id: 'problem-id' }),
    ...(isSaid(draft) ? {} : { name: 'problem-name' }),
    ...(draft.verifiers.length === 0 ? { verifiers: 'problem-verifiers' } : {}),
    ...(draft.fields.length === 0 ? { fields: 'problem-fields' } : {}),
    spans: new Set(names.filter((name) => !isLimitSound(spans[name]))),
    ...(ladder === undefined ? {} : { ladder }),
  };
}

export const isSound = ({ spans, ...others }: CategoryProblems): boolean =>
  spans.size === 0 && Object.keys(others).length === 0;

/** The least severe alarm that a ladder may begin with. */
export const ladderFrom: readonly Severity[] = ['critical', 'major', 'minor', 'warning'];
