/** What InfluxDB says when it refuses a point, and what helps. */
const remedies: readonly (readonly [said: RegExp, remedy: string])[] = [
  [
    /field type conflict/,
    'another program writes here with other types: give Gridbell a database of its own',
  ],
  [/retention policy/, 'the database keeps nothing that old: lengthen its retention policy'],
  [/max key length/, 'the name is too long: shorten it at the device'],
  [/limit exceeded/, 'raise that limit in the configuration of InfluxDB'],
  [/unable to parse/, 'the name or text is nothing that InfluxDB can be told: change it at the device'],
];
const mostSaid = 300;

/** For people: what the server answered to one point, without the point itself, since that has the value in it, and what to do. */
export function whyRefused(body: string): string {
  const said = errorIn(body)
    // It quotes the whole line.
    .replace(/unable to parse '.*'/s, 'unable to parse it')
    .replace(/^partial write: /, '')
    .replace(/ dropped=\d+$/, '')
    .slice(0, mostSaid);
  const remedy = remedies.find(([pattern]) => pattern.test(said))?.[1];
  return `InfluxDB refuses it (${said}); ${remedy ?? 'see the log of InfluxDB'}`;
}

function errorIn(body: string): string {
  try {
    const { error, message } = JSON.parse(body) as { readonly error?: string; readonly message?: string };
    return error ?? message ?? 'no reason';
  } catch {
    return body;
  }
}
