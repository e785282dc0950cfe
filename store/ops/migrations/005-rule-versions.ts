import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Every version of every rule, the deleted ones too (`source` null). What stands already becomes its own first version:
 * of the library where nobody changed it since the first start.
 */
const statements = [
  `create table rule_versions (
     rule text not null,
     version integer not null check (version > 0),
     at integer not null,
     actor text not null,
     origin text not null,
     reason text not null,
     source text check (json_valid(source)),
     primary key (rule, version)
   ) strict, without rowid`,
  `insert into rule_versions (rule, version, at, actor, origin, reason, source)
   select id, version, updated_at, coalesce(author, 'system'),
     case when author = 'library' then 'library' else 'api' end, 'before versions were kept', body
   from (
     select resources.*, (
       select case when resources.version = 1 and actor = 'system' and detail = 'put: the rule library'
         then 'library' else actor end
       from audit where target = 'rule ' || resources.id order by seq desc limit 1
     ) as author
     from resources where resource = 'rule'
   )`,
] as const;

export const ruleVersions: Migration = {
  up: async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
