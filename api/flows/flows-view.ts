import { type Static, Type } from 'typebox';
import {
  complaintLevels,
  type FlowsStanding,
  type FlowsVersion,
  flowsEnds,
  flowsStates,
} from '#api/flows-port.ts';
import { Instant, nullable, oneOf } from '#api/schemas.ts';
import { iso } from '#model/clock.ts';

export const FlowsSchema = Type.Object(
  {
    state: oneOf(flowsStates),
    since: Instant,
    confined: Type.Boolean({ description: '`flows-access`: confined' }),
    memoryBytes: nullable(Type.Number()),
    capBytes: Type.Number({ description: 'With more memory it is ended (`flows-memory`)' }),
    cpuMs: nullable(Type.Number({ description: 'Time on the processor since it began' })),
    pulseMs: nullable(Type.Number({ description: 'How long its last answer took' })),
    flows: nullable(oneOf(['wait', 'start', 'stop', 'safe'])),
    because: nullable(
      Type.String({ description: 'Why flows do not run although they should; such as missing-types' }),
    ),
    crashes: Type.Object(
      {
        crashed: Type.Integer(),
        hung: Type.Integer(),
        memory: Type.Integer(),
        disk: Type.Integer(),
        'not-started': Type.Integer(),
      },
      { description: 'Ends that nobody asked for, since Gridbell began' },
    ),
    crashesInARow: Type.Integer(),
    lastEnd: nullable(Type.Object({ at: Instant, reason: oneOf(flowsEnds), detail: Type.String() })),
    nextStartAt: nullable(Instant),
    complaints: Type.Array(
      Type.Object({
        at: Instant,
        level: oneOf(complaintLevels),
        text: Type.String(),
        node: nullable(Type.Object({ id: Type.String(), type: Type.String(), name: Type.String() })),
      }),
      { description: 'Warnings and errors, newest first' },
    ),
    raised: Type.Array(Type.Object({ rule: Type.String(), alarms: Type.Integer(), active: Type.Integer() }), {
      description:
        'Alarms that flows raised today by their own token, by `rule`; counted at most twice a minute',
    }),
  },
  { title: 'Flows' },
);
export type FlowsView = Static<typeof FlowsSchema>;

export const FlowsVersionSchema = Type.Object(
  {
    id: Type.String(),
    at: Instant,
    by: Type.String({ description: 'Who deployed; system: found in the files' }),
    how: Type.String(),
    tabs: nullable(Type.Integer()),
    nodes: nullable(Type.Integer()),
    added: Type.Array(Type.String(), {
      description: 'Tabs and subflows, by what they are called; global: configuration that is of none',
    }),
    changed: Type.Array(Type.String()),
    removed: Type.Array(Type.String()),
    bytes: Type.Integer(),
    stands: Type.Boolean(),
  },
  { title: 'FlowsVersion' },
);

export const flowsVersionView = (
  { added, at, by, bytes, changed, how, id, nodes, removed, tabs }: FlowsVersion,
  stands: boolean,
): Static<typeof FlowsVersionSchema> => ({
  id,
  at: iso(at),
  by,
  how,
  tabs,
  nodes,
  added: [...added],
  changed: [...changed],
  removed: [...removed],
  bytes,
  stands,
});

export function flowsView(
  { complaints, isConfined, lastEnd, ...standing }: FlowsStanding,
  raised: FlowsView['raised'],
): FlowsView {
  return {
    state: standing.state,
    since: iso(standing.since),
    confined: isConfined,
    memoryBytes: standing.memoryBytes,
    capBytes: standing.capBytes,
    cpuMs: standing.cpuMs,
    pulseMs: standing.pulseMs,
    flows: standing.flows,
    because: standing.because,
    crashes: { ...standing.crashes },
    crashesInARow: standing.crashesInARow,
    lastEnd: lastEnd && { ...lastEnd, at: iso(lastEnd.at) },
    nextStartAt: standing.nextStartAt === null ? null : iso(standing.nextStartAt),
    raised: [...raised],
    complaints: complaints.map(({ at, level, node, text }) => ({
      at: iso(at),
      level,
      text,
      node: node ? { id: node.id, type: node.type, name: node.name } : null,
    })),
  };
}
