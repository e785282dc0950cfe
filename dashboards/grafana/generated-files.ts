import type { Board } from '#dashboards/grafana/board.ts';
import { languages } from '#dashboards/grafana/language.ts';
import { rendered } from '#dashboards/grafana/render.ts';

/** Path below dashboards/grafana/generated → its text. */
export function generatedFiles(boards: readonly Board[]): ReadonlyMap<string, string> {
  return new Map(
    languages.flatMap((language) =>
      boards.map((board) => [
        `${language}/${board.id}.json`,
        `${JSON.stringify(rendered(board, language), null, 2)}\n`,
      ]),
    ),
  );
}
