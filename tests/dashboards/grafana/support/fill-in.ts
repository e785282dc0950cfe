/** What Grafana puts into a query before it asks. */
export interface Filling {
  /** ms, from ≤ t ≤ to. */
  readonly from: number;
  readonly to: number;
  /** Chosen values by variable; of a variable that is not here all of them. */
  readonly chosen?: Readonly<Record<string, readonly string[]>>;
}

/** As Grafana does it for InfluxQL: one value escaped for a regular expression, several as `(a|b)`, all as the variable's own. */
const asPattern = (values: readonly string[]): string => {
  const escaped = values.map((value) => value.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`));
  return escaped.length === 1 ? (escaped[0] ?? '') : `(${escaped.join('|')})`;
};

/** Throws when a variable is left that nobody knows. */
export function filledIn(
  query: string,
  variables: ReadonlyMap<string, string>,
  { chosen = {}, from, to }: Filling,
): string {
  let text = query
    .replaceAll('$timeFilter', `time >= ${from}ms and time <= ${to}ms`)
    .replaceAll('$__interval', '5m');
  for (const [name, all] of variables)
    text = text.replaceAll(new RegExp(String.raw`\$${name}\b`, 'g'), () => {
      const values = chosen[name];
      return values === undefined ? all : asPattern(values);
    });
  const left = /\$(?!\/)\{?\w+/.exec(text);
  if (left) throw new Error(`nothing is known of ${left[0]}: ${query}`);
  return text;
}
