import { type TaskState, taskStates } from '#model/task.ts';
import { actionNames, stateNames } from '#tasks/task-words.ts';
import { residentActions, type Transition, taskActions, transitions } from '#tasks/transitions.ts';

/** What docs/tasks.md says of the life cycle, by the name of the section that it stands in. */
export const lifeCyclePage = (): Readonly<Record<string, string>> => ({
  diagram: diagram(),
  states: stateTable(),
  actions: actionTable(),
});

/** The page with its generated sections written anew. Throws when one of them has lost its marks. */
export function withLifeCycle(page: string): string {
  let written = page;
  for (const [name, text] of Object.entries(lifeCyclePage())) {
    const [begin, end] = [`<!-- generated: ${name} -->\n`, `<!-- end: ${name} -->`];
    const [from, to] = [written.indexOf(begin), written.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`docs/tasks.md has no section ${name}`);
    written = `${written.slice(0, from)}${begin}${text}\n${written.slice(to)}`;
  }
  return written;
}

const nodeOf = (state: TaskState): string => state.replaceAll('-', '_');
const named = (action: Transition['action']): string => `${action} ${actionNames[action].zh}`;
/** It changes nothing of the state, not even in passing. */
const stays = ({ from, to, via }: Transition): boolean => from === to && via.length === 0;
const moving = transitions.filter((row) => !stays(row));
/** Into `void` lead too many ways to draw. */
const drawn = moving.filter(({ to }) => to !== 'void');

/** A state diagram for Mermaid: every change of state of the table. */
function diagram(): string {
  const edges = new Map<string, string[]>();
  for (const row of drawn)
    for (const to of [row.to, ...row.or]) {
      const edge = `${nodeOf(row.from)} --> ${nodeOf(to)}`;
      const through = row.via.filter((state) => state !== to).map((state) => stateNames[state].zh);
      const label = through.length === 0 ? named(row.action) : `${named(row.action)} (${through.join(', ')})`;
      edges.set(edge, [...(edges.get(edge) ?? []), label]);
    }
  const shown = taskStates.filter((state) => state !== 'rework' && state !== 'returned');
  return [
    '```mermaid',
    'stateDiagram-v2',
    ...shown.map((state) => `  ${nodeOf(state)}: ${state} ${stateNames[state].zh}`),
    '  [*] --> reported: by a person',
    '  [*] --> dispatched: by a rule, or filed by a person',
    ...[...edges].map(([edge, labels]) => `  ${edge}: ${labels.join(', ')}`),
    `  note right of void: ${endings()}`,
    '```',
  ].join('\n');
}

const endings = (): string =>
  (['void', 'merge'] as const)
    .map((action) => `${named(action)} from ${statesOf(action).join(', ')}`)
    .join('; ');

const statesOf = (action: Transition['action']): readonly TaskState[] =>
  transitions.filter((row) => row.action === action).map(({ from }) => from);

function stateTable(): string {
  const rows = taskStates.map((state) => {
    const possible = transitions.filter(({ from }) => from === state).map(({ action }) => action);
    const { en, zh } = stateNames[state];
    return `| \`${state}\` | ${zh} | ${en} | ${possible.join(', ') || '–'} |`;
  });
  return ['| state | zh | en | what may be done |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function actionTable(): string {
  const rows = [...taskActions, ...residentActions].map((action) => {
    const mine = transitions.filter((row) => row.action === action);
    const [first] = mine;
    if (!first) return `| ${action} |`;
    const { needs, roles, who } = first;
    return `| \`${action}\` ${actionNames[action].zh} | ${waysOf(mine)} | ${who} | ${roles.join(', ') || '–'} | ${needs.join(', ') || '–'} |`;
  });
  return ['| action | from → to | who | roles | needs |', '| --- | --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}

/** `accepted, in-progress → feedback`: the states that lead to the same end are told together. */
function waysOf(rows: readonly Transition[]): string {
  const ways = new Map<string, TaskState[]>();
  for (const row of rows) {
    const { from, or, to, via } = row;
    const end = stays(row)
      ? 'stays'
      : `${[...via, to].join(' → ')}${or.map((state) => ` or ${state}`).join('')}`;
    ways.set(end, [...(ways.get(end) ?? []), from]);
  }
  return [...ways].map(([end, from]) => `${from.join(', ')} → ${end}`).join('; ');
}
