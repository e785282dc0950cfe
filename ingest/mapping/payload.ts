import { parse } from 'csv-parse/sync';
import type { Heard } from '#ingest/heard.ts';
import type { Parsed } from '#ingest/json.ts';
import type { PayloadFormat } from '#model/mapping.ts';

const mostParts = 10_000;

/**
 * What paths lead through: JSON; the text itself (`$`); `pairs`, an object of texts (`t=21.5;rh=40`, `t: 21.5`, a pair a line);
 * `csv`, rows of cells (`$[0][2]`). An empty payload is undefined: every path of it finds nothing.
 */
export function bodyOf(message: Heard, format: PayloadFormat): Parsed {
  if (message.isEmpty) return { ok: true, value: undefined };
  switch (format) {
    case 'json':
      return message.json;
    case 'text':
      return { ok: true, value: message.text.trim() };
    case 'pairs':
      return { ok: true, value: pairsOf(message.text) };
    case 'csv':
      return rowsOf(message.text);
  }
}

function pairsOf(text: string): unknown {
  const pairs = text.split(/[;&,\n\r]/, mostParts).flatMap((part): [string, string][] => {
    const at = part.search(/[=:]/);
    return at < 1 ? [] : [[part.slice(0, at).trim(), part.slice(at + 1).trim()]];
  });
  return Object.fromEntries(pairs);
}

function rowsOf(text: string): Parsed {
  try {
    const rows = parse(text, {
      delimiter: [',', ';', '\t', '|'],
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      to: mostParts,
      trim: true,
    });
    return { ok: true, value: rows };
  } catch {
    return { ok: false, detail: 'not CSV: a quote is opened and never closed' };
  }
}
