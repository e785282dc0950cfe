import type { DatabaseSync } from 'node:sqlite';
import { type EpochMs, epochMs } from '#model/brand.ts';
import type { Actor } from '#model/record.ts';
import { originOf, type RuleBody, type RuleOrigin, type RuleVersion } from '#model/rule-version.ts';
import { numberAfter, type Page, type PageRequest, pageOf } from '#store/ops/page.ts';
import { parsed, prepare, type Statement } from '#store/ops/statement.ts';

/** Older ones go, but for the last that the rule's file or the library put: what came later is compared with it. */
const keptVersions = 100;

interface VersionRow {
  readonly rule: string;
  readonly version: number;
  readonly at: number;
  readonly actor: string;
  readonly origin: RuleOrigin;
  readonly reason: string;
  readonly source: string | null;
}

const columns = 'rule, version, at, actor, origin, reason, source';

/** The versions of rules: written beside each change of one, never changed. */
export class RuleVersionRows {
  readonly #add: Statement<never>;
  readonly #forget: Statement<never>;
  readonly #page: Statement<VersionRow>;
  readonly #get: Statement<VersionRow>;
  readonly #last: Statement<VersionRow>;
  readonly #standing: Statement<VersionRow>;
  readonly #bases: Statement<VersionRow>;

  constructor(connection: DatabaseSync) {
    this.#add = prepare(
      connection,
      `insert into rule_versions (${columns})
       select id, version, ?1, ?2, ?3, ?4, body from resources where resource = 'rule' and id = ?5
       on conflict (rule, version) do nothing`,
    );
    this.#forget = prepare(
      connection,
      `delete from rule_versions where rule = ?1 and version <= ?2 and version not in (
         select max(version) from rule_versions where rule = ?1 and actor = origin group by origin)`,
    );
    this.#page = prepare(
      connection,
      `select ${columns} from rule_versions where rule = ? and version < ? order by version desc limit ?`,
    );
    this.#get = prepare(connection, `select ${columns} from rule_versions where rule = ? and version = ?`);
    this.#last = prepare(
      connection,
      `select ${columns} from rule_versions where rule = ? order by version desc limit 1`,
    );
    this.#standing = prepare(
      connection,
      `select ${columns} from rule_versions natural join
         (select id as rule, version from resources where resource = 'rule' and body is not null)`,
    );
    this.#bases = prepare(
      connection,
      `select ${columns} from rule_versions natural join
         (select rule, max(version) as version from rule_versions where actor = origin group by rule, origin)`,
    );
  }

  /** To be called when the rule was changed; one that did not change has its version already. */
  note(
    rule: string,
    note: { readonly at: EpochMs; readonly actor: Actor; readonly reason: string },
    after: RuleBody | null,
  ): void {
    const before = this.last(rule);
    const { actor, at, reason } = note;
    this.#add.run(at, actor.id, originOf(actor, after, before), reason, rule);
    if (before && before.version >= keptVersions) this.#forget.run(rule, before.version + 1 - keptVersions);
  }

  /** Newest first. */
  page(rule: string, { cursor, limit }: PageRequest): Page<RuleVersion> {
    const below = cursor === undefined ? Number.MAX_SAFE_INTEGER : numberAfter(cursor);
    return pageOf(this.#page.all(rule, below, limit + 1), limit, {
      keyOf: ({ version }) => version,
      item: versionFrom,
    });
  }
  /** All that are kept before a version, newest first. */
  before(rule: string, version: number): readonly RuleVersion[] {
    return this.#page.all(rule, version, 2 * keptVersions).map(versionFrom);
  }
  get(rule: string, version: number): RuleVersion | undefined {
    const row = this.#get.get(rule, version);
    return row && versionFrom(row);
  }
  /** Also that of a deletion. */
  last(rule: string): RuleVersion | undefined {
    const row = this.#last.get(rule);
    return row && versionFrom(row);
  }
  /** The version that stands of each rule. */
  standing(): readonly RuleVersion[] {
    return this.#standing.all().map(versionFrom);
  }
  /** As the library and the files put each rule last. */
  bases(): readonly RuleVersion[] {
    return this.#bases.all().map(versionFrom);
  }
}

const versionFrom = ({ source, at, ...row }: VersionRow): RuleVersion => ({
  ...row,
  at: epochMs(at),
  source: source === null ? null : parsed<RuleBody>(source),
});
