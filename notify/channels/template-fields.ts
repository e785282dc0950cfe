import type { Dispatch } from '#notify/channel.ts';
import type { Fields } from '#notify/channels/body-template.ts';

/**
 * What templates of an installation may name: the dispatch's own fields, and besides them `headline` and `message` (title and
 * body of the text, in the recipient's language) and what every message has.
 */
export function templateFields(dispatch: Dispatch): Fields {
  const { body, title } = dispatch.text[dispatch.recipient.language];
  return {
    ...dispatch.fields,
    key: dispatch.key,
    kind: dispatch.kind,
    severity: dispatch.severity,
    lifeSafety: dispatch.lifeSafety,
    task: dispatch.task,
    category: dispatch.category,
    person: dispatch.recipient.isOutsider ? '' : dispatch.recipient.person,
    language: dispatch.recipient.language,
    headline: title,
    message: body,
    link: dispatch.link,
  };
}
