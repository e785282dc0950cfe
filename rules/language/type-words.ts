const words: Readonly<Record<string, string>> = {
  double: 'a number',
  int: 'a whole number',
  bool: 'true or false',
  string: 'a text',
  null: 'nothing',
  'google.protobuf.Duration': 'a duration',
  'google.protobuf.Timestamp': 'a time',
  Baseline: 'what is usual',
};

const duration = 'google.protobuf.Duration';

function adviceFor(left: string, right: string): string {
  const both = [left, right];
  if (both.includes('Baseline')) return ": name its .mean, .sd or .n, such as baseline('temperature').mean";
  if (both.includes(duration)) return ": write a duration such as duration('5m')";
  if (both.includes('null')) return ': what is not there makes a condition unknown by itself';
  return '';
}

/** The library names types; this says what they are, and what to write where that is known. */
export function inWords(message: string): string {
  const [, left, right] = /^no such overload: (\S+) \S+ (\S+)$/.exec(message) ?? [];
  if (left === undefined || right === undefined) return message;
  const [first, second] = [words[left], words[right]];
  return first && second && first !== second
    ? `${message}: ${first} and ${second} do not go together${adviceFor(left, right)}`
    : message;
}
