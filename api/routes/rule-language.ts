import { Type } from 'typebox';
import { everywhere, none } from '#api/authorization/access.ts';
import { managers, ruleReaders } from '#api/authorization/role-groups.ts';
import type { Api } from '#api/context.ts';
import { checkRuleText } from '#api/rule-body.ts';
import { answers, closed } from '#api/schemas.ts';
import { Problems } from '#api/views/rule-view.ts';
import { LocalText } from '#model/text.ts';
import { languageReference } from '#rules/language/reference.ts';

const Words = Type.Array(Type.String());
const Key = Type.Object({
  path: Type.String({ description: 'As files write it, below the keys around it: `task.accept-within`' }),
  required: Type.Boolean({ description: 'Where the key around it stands' }),
  forms: Type.Array(Type.String(), { description: '`text`, `duration`, `number`, `flag`, `list`, `map`' }),
  values: Type.Array(Type.String(), { description: 'The words that it may be; empty: any' }),
  lines: LocalText,
});
const Language = Type.Object(
  {
    keys: Type.Array(Key),
    variables: Type.Array(Type.Object({ name: Type.String(), type: Type.String(), lines: LocalText })),
    functions: Type.Array(
      Type.Object({
        name: Type.String(),
        form: Type.String({ description: 'A call, as an example' }),
        returns: Type.String(),
        lines: LocalText,
      }),
    ),
    builtIns: Words,
    methods: Words,
    properties: Words,
    kinds: Words,
    roles: Words,
    modes: Words,
    severities: Words,
    scopes: Words,
  },
  { title: 'RuleLanguage', description: 'What an editor needs to complete and to explain' },
);
const Checked = Type.Object({
  rules: Type.Array(
    Type.Object({ id: Type.String(), valid: Type.Boolean(), problems: Problems, source: Type.Unknown() }),
    { description: 'Those with an id, in order, as they would be kept' },
  ),
  problems: Type.Array(Type.Object({ ...Problems.items.properties }), {
    description: 'Everything that is wrong, by line',
  }),
});

/** For who writes rules: the words of the language, and a check without consequences. */
export function ruleLanguageRoutes(app: Api): void {
  const tags = ['rules'];
  const language = languageReference();

  app.get(
    '/rules/language',
    {
      config: { access: { roles: ruleReaders, scope: none } },
      schema: {
        tags,
        summary: 'The keys, functions and words of the rule language, with a line on each; for editors',
        response: answers({ 200: Language }),
      },
    },
    async () => language,
  );

  app.post(
    '/rules/check',
    {
      config: { access: { roles: managers, scope: everywhere } },
      schema: {
        tags,
        summary: 'What is wrong with a rule or a rule file, with line and column; nothing is kept',
        body: closed({ text: Type.String({ maxLength: 1_000_000 }) }),
        response: answers({ 200: Checked }),
      },
    },
    async (request) => checkRuleText(request.body.text),
  );
}
