const longest = 256;
const deepest = 8;
const whole = /^\s*\{\{-?\s*value\s*-?\}\}\s*$/;
const inner =
  /^\s*\{\{-?\s*value_json((?:\.[A-Za-z_]\w*|\[\s*'[^'\\]*'\s*\]|\[\s*"[^"\\]*"\s*\])+)\s*-?\}\}\s*$/;
const step = /\.([A-Za-z_]\w*)|\[\s*'([^']*)'\s*\]|\[\s*"([^"]*)"\s*\]/g;

/**
 * The names that a template of Home Assistant's goes down in a JSON value: `{{ value_json.a['b'] }}` is a, b. Empty: the text as it
 * is (`{{ value }}`). Undefined: a template that does more; nothing of it is ever evaluated.
 */
export function plainPath(template: string): readonly string[] | undefined {
  if (template.length > longest) return undefined;
  if (template.trim() === '' || whole.test(template)) return [];
  const found = inner.exec(template)?.[1];
  if (found === undefined) return undefined;
  const names = [...found.matchAll(step)].map(([, plain, single, double]) => plain ?? single ?? double ?? '');
  return names.length > deepest ? undefined : names;
}
