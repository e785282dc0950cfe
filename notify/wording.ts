import { Liquid } from 'liquidjs';
import { DateTime } from 'luxon';
import type { Severity } from '#model/alarm.ts';
import { GridbellError, messageOf } from '#model/errors.ts';
import type { BulletinText, NoticeKind } from '#model/notice.ts';
import type { Task } from '#model/task.ts';
import { inLanguage } from '#model/text.ts';
import type { Language, LocalWording, Wording } from '#notify/channel.ts';
import type { World } from '#notify/ports.ts';
import { builtInTexts, fieldsIn, isDiscreet, type TextName, type Texts } from '#notify/templates.ts';

export type Fields = Readonly<Record<string, string | number | boolean | null>>;

const longestTemplate = 20_000;
const longestText = 20_000;

/** No files, no own tags, bounded in time, memory and size: templates come from people. */
const engine = new Liquid({
  fs: {
    existsSync: () => false,
    exists: () => Promise.resolve(false),
    readFileSync: () => '',
    readFile: () => Promise.resolve(''),
    resolve: () => '',
  },
  relativeReference: false,
  ownPropertyOnly: true,
  strictFilters: true,
  parseLimit: longestTemplate,
  // By the wall clock: a machine that is busy for a tenth of a second must not lose a message.
  renderLimit: 2_000,
  memoryLimit: 1_000_000,
  cache: 200,
});

/** Fills a template. Throws GridbellError `invalid-input` for one that is none, or that takes too much. */
export function render(template: string, fields: Fields): string {
  try {
    const text: unknown = engine.parseAndRenderSync(template, fields);
    return String(text).slice(0, longestText);
  } catch (error) {
    throw new GridbellError(
      'invalid-input',
      `the template cannot be filled: ${messageOf(error).slice(0, 300)}`,
      {
        cause: error,
      },
    );
  }
}

const severityNames = {
  critical: { zh: '特急', en: 'Critical' },
  major: { zh: '紧急', en: 'Major' },
  minor: { zh: '一般', en: 'Minor' },
  warning: { zh: '提示', en: 'Warning' },
} as const satisfies Record<Severity, Record<Language, string>>;

/** What a message is about. */
export interface Occasion {
  readonly kind: NoticeKind;
  readonly severity: Severity;
  readonly lifeSafety: boolean;
  /** undefined: it is a bulletin. */
  readonly task: Task | undefined;
  readonly bulletin: BulletinText | undefined;
  /** How many other tasks are told of with it. */
  readonly others: number;
  readonly link: string | null;
}

/** What templates may use, in one language; without a resident's name: messages leave the installation. */
export function fieldsOf(occasion: Occasion, language: Language, world: World): Fields {
  const { bulletin, kind, lifeSafety, link, others, severity, task } = occasion;
  const zone = world.timezone();
  const clock = (at: number | null): string | null =>
    at === null ? null : DateTime.fromMillis(at, { zone }).toFormat('MM-dd HH:mm');
  const common = {
    kind,
    severity,
    severityName: severityNames[severity][language],
    lifeSafety,
    others,
    link,
    language,
  };
  if (!task) {
    const { body = {}, title = {} } = bulletin ?? {};
    return { ...common, title: inLanguage(title, language), text: inLanguage(body, language) };
  }
  return {
    ...common,
    task: task.id,
    state: task.state,
    title: inLanguage(task.publicTitle ?? task.title, language),
    category: task.category,
    categoryName: inLanguage(world.categoryName(task.category), language),
    place: task.place,
    placeName: inLanguage(world.placeName(task.place), language),
    at: clock(task.createdAt),
    acceptBy: clock(task.acceptBy),
    handleBy: clock(task.handleBy),
  };
}

/**
 * What is wrong with a template of an installation; null: nothing. It is filled once with fields that are all set and once
 * with none.
 */
export function templateProblem(template: string, name: TextName): string | null {
  try {
    const known = fieldsIn(name);
    const strange = engine.globalVariablesSync(template).find((field) => !known.includes(field));
    if (strange !== undefined)
      return `there is no field ${strange.slice(0, 50)} in it; there are ${known.join(', ')}`;
    render(template, Object.fromEntries(known.map((field) => [field, '1'])));
    render(template, {});
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** Where the words come from. */
export interface WordingParts {
  readonly world: World;
  readonly texts: Texts;
}

/** The text of a message in both languages. */
export function wordingOf(
  occasion: Occasion,
  contentFree: boolean,
  { texts, world }: WordingParts,
): LocalWording {
  const name = contentFree ? 'content-free' : occasion.kind;
  const inWords = (language: Language): Wording => {
    const all = fieldsOf(occasion, language, world);
    const fields = isDiscreet(name) ? contentFreeOf(all) : all;
    const fill = (part: keyof Wording): string =>
      // What an installation wrote may fail at what a task says, or come to nothing: people are told all the same.
      filled(texts[name][language][part], fields) || render(builtInTexts[name][language][part], fields);
    return { title: oneLine(fill('title')), body: lines(fill('body')) };
  };
  return { zh: inWords('zh'), en: inWords('en') };
}

/** Empty: it could not be filled, or there is nothing in it. */
function filled(template: string, fields: Fields): string {
  try {
    return render(template, fields).trim();
  } catch {
    return '';
  }
}

/** What may be told where nothing may be told: that there is something, how grave, and where to look. */
export const contentFreeOf = ({
  kind,
  language,
  lifeSafety,
  link,
  others,
  severity,
  severityName,
}: Fields): Fields => ({ kind, language, lifeSafety, link, others, severity, severityName }) as Fields;

// A title of a task comes from people: line ends and control characters would forge other lines and headers.
const control = /[\p{Cc}\p{Zl}\p{Zp}]/gu;
const oneLine = (text: string): string =>
  text.replaceAll(/\s+/g, ' ').replaceAll(control, '').trim().slice(0, 200);
const lines = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.replaceAll(control, '').trim())
    .filter((line) => line !== '')
    .join('\n')
    .slice(0, 2_000);
