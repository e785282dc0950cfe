import { DateTime } from 'luxon';
import type { Static } from 'typebox';
import { maySeeHealth } from '#api/authorization/role-groups.ts';
import { looksAtVitals } from '#api/authorization/rule-sight.ts';
import type { ApiContext } from '#api/context.ts';
import { PacedReading } from '#api/paced-reading.ts';
import type { ApiPlatform, RuleStatus } from '#api/ports.ts';
import { type Rule, type RuleFacts, ruleView, ruleViewWithText } from '#api/views/rule-view.ts';
import { day, epochMs, minute, plus } from '#model/brand.ts';
import type { Stored } from '#model/configuration.ts';
import { GridbellError } from '#model/errors.ts';
import type { Role } from '#model/role.ts';
import { mostRules } from '#model/rule.ts';
import { fileOf, isSameRule, type RuleBody, type RuleVersion } from '#model/rule-version.ts';
import { loadLibrary } from '#rules/library/load.ts';
import type { RuleAlarms } from '#store/ops/rule-alarm-rows.ts';

type Known = (rule: Stored<'rule'>) => RuleFacts;

/** The rules as the API shows them, and whose they are. */
export class RuleShelf {
  readonly #context: ApiContext;
  readonly #alarms: PacedReading<ReadonlyMap<string, RuleAlarms>>;
  /** By rule; of the version that was looked at last. */
  readonly #vitals = new Map<string, { readonly version: number; readonly isLookedAt: boolean }>();
  #library: ReadonlyMap<string, RuleBody> | undefined;

  constructor(context: ApiContext) {
    this.#context = context;
    const { platform, reader } = context;
    this.#alarms = new PacedReading({
      // Both only rise: their sum is another whenever one of them is.
      version: () => reader.lastEventSeq() + Math.floor(platform.now() / minute),
      read: () => this.#countAlarms(),
    });
  }

  /** 404 when there is none. */
  required(id: string): Stored<'rule'> {
    const rule = this.#context.reader.get('rule', id);
    if (!rule) throw new GridbellError('not-found', `There is no rule ${id}.`);
    return rule;
  }

  /** As it stands now, with its text, as this role may see it. */
  async view(id: string, role: Role): Promise<Static<typeof Rule>> {
    const known = await this.#known(role);
    const rule = this.required(id);
    return ruleViewWithText(rule, known(rule));
  }

  /** How each of several is shown to this role, without text. */
  async views(role: Role): Promise<(rule: Stored<'rule'>) => Static<typeof Rule>> {
    const known = await this.#known(role);
    return (rule) => ruleView(rule, known(rule));
  }

  /** 409 when a file has the rule: what it says counts, and an edit here would be undone by it. */
  refuseWhatFilesHave(ids: readonly string[]): void {
    const files = new Map(ids.flatMap((id) => this.fileOf(id) ?? []).map((file) => [file, true]));
    const owned = ids.filter((id) => this.fileOf(id) !== null);
    if (owned.length === 0) return;
    const names = [...files.keys()].join(', ');
    throw new GridbellError(
      'belongs-to-file',
      `${owned.join(', ')}: what ${names} in the rules directory says counts; change it there. Switching it on, off or into the shadow is possible here (PATCH).`,
      { extra: { files: [...files.keys()], rules: owned } },
    );
  }

  /** 409 when there would be more rules than an installation takes. */
  refuseTooMany(ids: readonly string[]): void {
    const { reader } = this.#context;
    const fresh = ids.filter((id) => reader.get('rule', id) === undefined);
    if (fresh.length === 0) return;
    const { length } = reader.standingRules();
    if (length + fresh.length > mostRules)
      throw new GridbellError(
        'limit-reached',
        `There are at most ${mostRules} rules: ${length} stand, ${fresh.length} would be new.`,
      );
  }

  /** The file that has the rule; null: none, or the file is not there (any more). */
  fileOf(id: string): string | null {
    const files = this.#context.platform.ruleFiles();
    if (files === null) return null;
    const standing = this.#context.reader.lastRuleVersion(id);
    const name = standing?.source ? fileOf(standing.origin) : null;
    return files.some((file) => file.name === name) ? name : null;
  }

  async #known(role: Role): Promise<Known> {
    const { platform, reader } = this.#context;
    const statuses = byId(await platform.ruleStatus(), ({ id }) => id);
    const standing = byId(reader.standingRules(), ({ rule }) => rule);
    const bases = byId(
      reader.ruleBases().filter(({ actor }) => actor === 'library'),
      ({ rule }) => rule,
    );
    const alarms = await this.#alarms.current();
    const files = platform.ruleFiles();
    return ({ body, id, version }) => ({
      status: statuses.get(id),
      countingSince: platform.countingSince,
      standing: standing.get(id),
      isLibraryChanged: this.#isLibraryChanged(body, standing.get(id), bases.get(id)),
      notTakenOver: notTakenOver(id, standing.get(id), { files, status: statuses.get(id) }),
      alarms: alarms.get(id),
      isCountHidden: this.hidesCounts({ body, id, version }, role),
    });
  }

  /** Whether how often it was judged and raised is kept from this role. */
  hidesCounts({ body, id, version }: Pick<Stored<'rule'>, 'body' | 'id' | 'version'>, role: Role): boolean {
    return !maySeeHealth(role) && this.#looksAtVitals(id, version, body);
  }

  #looksAtVitals(id: string, version: number, body: RuleBody): boolean {
    const known = this.#vitals.get(id);
    if (known?.version === version) return known.isLookedAt;
    const isLookedAt = looksAtVitals(body);
    this.#vitals.set(id, { version, isLookedAt });
    return isLookedAt;
  }

  /** Only of what was edited: the others follow the library. */
  #isLibraryChanged(body: RuleBody, standing?: RuleVersion, base?: RuleVersion): boolean {
    if (!standing || standing.origin === 'library' || !base?.source) return false;
    this.#library ??= new Map(loadLibrary().map(({ id, source }) => [id, source]));
    const now = this.#library.get(base.rule);
    return now !== undefined && !isSameRule(now, base.source) && !isSameRule(now, body);
  }

  #countAlarms(): ReadonlyMap<string, RuleAlarms> {
    const { configuration, platform, reader } = this.#context;
    const now = platform.now();
    const today = DateTime.fromMillis(now, { zone: configuration.timezone }).startOf('day').toMillis();
    return byId(reader.alarmsByRule(plus(now, -7 * day), epochMs(today)), ({ rule }) => rule);
  }
}

const byId = <T>(list: readonly T[], idOf: (item: T) => string): ReadonlyMap<string, T> =>
  new Map(list.map((item) => [idOf(item), item]));

/** What the rule's file says now and why it does not count: of a rule that loads, for a broken one is kept as it is. */
function notTakenOver(
  id: string,
  standing: RuleVersion | undefined,
  { files, status }: { files: ReturnType<ApiPlatform['ruleFiles']>; status: RuleStatus | undefined },
): RuleFacts['notTakenOver'] {
  const name = standing && fileOf(standing.origin);
  if (!name || status?.valid === false) return null;
  const problems =
    files?.find((file) => file.name === name)?.problems.filter(({ rule }) => rule === id) ?? [];
  return problems.length === 0 ? null : { file: name, problems };
}
