/** A text as a literal of InfluxQL. The scanner knows the escapes of the quote, the backslash and the line's end, no others. */
export const quoted = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;

/** A name (measurement, tag, field, database) in InfluxQL. */
export const named = (name: string): string =>
  `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
