import type { LocalText, Severity } from '../api/types.ts';
import { severities } from '../components/severity.ts';

type Text = LocalText | string;

/**
 * What a person's habits are measured by: so many times what is usual, within two limits. `state`: what lasts longer
 * than usual; `restless`: the person is up and about.
 */
export interface Habit {
  readonly state: string;
  readonly usual: number;
  readonly least: string;
  /** Empty: no limit. */
  readonly most: string;
  readonly learn: string;
}

export interface TaskOrder {
  readonly title: Text | null;
  readonly to: string;
  readonly also: readonly string[];
  readonly acceptWithin: string | null;
  readonly handleWithin: string | null;
  readonly escalate: readonly { readonly after: string; readonly to: string }[];
}

/** A rule as it is written, as far as it can be read: one that does not load may be anything. */
export interface RuleSource {
  readonly name: Text | null;
  readonly description: Text | null;
  readonly category: string | null;
  readonly severity: Severity | null;
  readonly properties: readonly string[];
  readonly kinds: readonly string[];
  readonly places: readonly string[];
  readonly tags: readonly string[];
  readonly ids: readonly string[];
  readonly livesAlone: boolean | null;
  readonly when: string | null;
  readonly clear: string | null;
  readonly lasting: string | null;
  readonly clearFor: string | null;
  readonly isEvent: boolean;
  readonly silentFor: string | Habit | null;
  readonly key: string | { readonly and: string };
  readonly activeHours: { readonly from: string; readonly to: string; readonly days: string | null } | null;
  readonly unless: readonly string[];
  readonly levels: readonly { readonly when: string; readonly severity: string }[];
  readonly task: TaskOrder | null;
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const list = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((entry): entry is string => typeof entry === 'string');
const entries = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

function localText(value: unknown): Text | null {
  if (!isFields(value)) return text(value);
  const zh = text(value['zh']);
  const en = text(value['en']);
  return zh === null && en === null
    ? null
    : { ...(zh === null ? {} : { zh }), ...(en === null ? {} : { en }) };
}

/** Of the fields of an answer of the API (camelCase). Never throws. */
export function ruleSource(rule: Fields): RuleSource {
  const devices = isFields(rule['devices']) ? rule['devices'] : {};
  const residents = isFields(rule['residents']) ? rule['residents'] : {};
  const { key, restlessFor, silentFor, task, activeHours: hours } = rule;
  return {
    name: localText(rule['name']),
    description: localText(rule['description']),
    category: text(rule['category']),
    severity: severities.find((severity) => severity === rule['severity']) ?? null,
    properties: list(rule['property']),
    kinds: list(devices['kind']),
    places: list(devices['place']),
    tags: list(devices['tag']),
    ids: list(devices['id']),
    livesAlone: typeof residents['livesAlone'] === 'boolean' ? residents['livesAlone'] : null,
    when: text(rule['when']),
    clear: text(rule['clear']),
    lasting: text(rule['for']),
    clearFor: text(rule['clearFor']),
    isEvent: rule['event'] === true,
    silentFor: isFields(restlessFor)
      ? habit({ ...restlessFor, state: 'restless' })
      : isFields(silentFor)
        ? habit(silentFor)
        : text(silentFor),
    key: isFields(key) ? { and: text(key['and']) ?? '' } : (text(key) ?? 'device'),
    activeHours: isFields(hours)
      ? { from: text(hours['from']) ?? '', to: text(hours['to']) ?? '', days: text(hours['days']) }
      : null,
    unless: list(rule['unless']),
    levels: entries(rule['levels']).map((level) => ({
      when: text(level['when']) ?? '',
      severity: text(level['severity']) ?? '',
    })),
    task: isFields(task) ? taskOrder(task) : null,
  };
}

const habit = (given: Fields): Habit => ({
  state: text(given['state']) ?? 'still',
  usual: typeof given['usual'] === 'number' ? given['usual'] : 1,
  least: text(given['least']) ?? '',
  most: text(given['most']) ?? '',
  learn: text(given['learn']) ?? '7d',
});

const taskOrder = (given: Fields): TaskOrder => ({
  title: localText(given['title']),
  to: text(given['to']) ?? '',
  also: list(given['also']),
  acceptWithin: text(given['acceptWithin']),
  handleWithin: text(given['handleWithin']),
  escalate: entries(given['escalate']).map((step) => ({
    after: text(step['after']) ?? '',
    to: text(step['to']) ?? '',
  })),
});
