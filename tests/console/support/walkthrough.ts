import { readFileSync } from 'node:fs';

/** One thing that a step of docs/walkthrough.md asks for; what is quoted stands in the same step in bold. */
export type Deed =
  | { readonly deed: 'sign in'; readonly part: string }
  | { readonly deed: 'sign out' }
  | { readonly deed: 'open' | 'press' | 'see'; readonly name: string }
  | { readonly deed: 'write'; readonly text: string; readonly field: string };

export interface WalkthroughStep {
  readonly number: number;
  /** As people read it. */
  readonly words: string;
  readonly deeds: readonly Deed[];
}

const step = /^(\d+)\. (.*(?:\n {3,}.*)*)/gm;
const comment = /<!--([\s\S]*?)-->/g;

/** The numbered steps of the document, with what its comments say that is done. @throws on a deed that is not known */
export function readWalkthrough(file: string): readonly WalkthroughStep[] {
  return [...readFileSync(file, 'utf8').matchAll(step)].map(([, number, text = '']) => ({
    number: Number(number),
    words: text.replace(comment, '').replaceAll(/\s+/g, ' ').trim(),
    deeds: [...text.matchAll(comment)]
      .flatMap(([, deeds = '']) => deeds.split(';'))
      .map((deed) => deedOf(deed.replaceAll(/\s+/g, ' ').trim())),
  }));
}

function deedOf(text: string): Deed {
  const [, verb, first = '', , second = ''] =
    /^(sign in as|sign out|open|press|see|write)(?: "([^"]+)")?( under "([^"]+)")?$/.exec(text) ?? [];
  switch (verb) {
    case 'sign in as':
      return { deed: 'sign in', part: first };
    case 'sign out':
      return { deed: verb };
    case 'open':
    case 'press':
    case 'see':
      return { deed: verb, name: first };
    case 'write':
      return { deed: verb, text: first, field: second };
    default:
      throw new Error(`the walkthrough asks for something that no test can do: ${text}`);
  }
}

/** The words of a deed that a reader has to find on the page, too: those who only read must be told all of it. */
export function namedBy(deed: Deed): readonly string[] {
  switch (deed.deed) {
    case 'open':
    case 'press':
      return [deed.name];
    case 'write':
      return [deed.field];
    case 'sign in':
      return [deed.part];
    case 'see':
    case 'sign out':
      return [];
  }
}
