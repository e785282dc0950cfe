import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { HistoryKeeper } from '#app/history-keeper.ts';
import type { Peer } from '#app/threads/peer.ts';
import type { HistoryOffers } from '#app/threads/protocol.ts';
import { day, epochMs } from '#model/brand.ts';
import type { Command } from '#model/command.ts';
import { defaultRetention } from '#model/retention.ts';
import type { Purged, PurgeOrder } from '#store/history/history.ts';

const now = epochMs(Date.parse('2026-06-01T00:00:00Z'));

/** A keeper whose history answers `purged`; what was ordered and what the audit got. */
function keeper(purged: () => readonly Purged[], noted?: string) {
  const ordered: PurgeOrder[] = [];
  const commands: Command[] = [];
  const history = {
    call: async (name: string, input: unknown) => {
      if (name === 'properties') return ['smoke', 'heart-rate'];
      ordered.push(input as PurgeOrder);
      return purged();
    },
  } as unknown as Peer<HistoryOffers>;
  const core = {
    history,
    now: () => now,
    reader: { lastRetention: () => noted },
    execute: async (_: unknown, command: Command) => commands.push(command),
  };
  const log = pino({ level: 'silent' });
  return { ordered, commands, keeper: new HistoryKeeper({ core, retention: defaultRetention, log }) };
}

const linesOf = (commands: readonly Command[]) =>
  commands.flatMap((command) => (command.name === 'note-history' ? command.lines : []));
const retentionIn = (command: Command | undefined): string | undefined =>
  command?.name === 'note-history' ? command.retention : undefined;

describe('the keeper of history', () => {
  it('says of each property from when on it is kept, and leaves what went in the audit', async () => {
    const until = epochMs(now - 90 * day);
    const kept = keeper(() => [{ property: 'heart-rate', readings: 12, rollups: 3, until }]);
    await kept.keeper.look();
    expect(kept.ordered[0]?.kept).toEqual([
      { property: 'smoke', readingsFrom: now - 730 * day, rollupsFrom: now - 3_650 * day },
      { property: 'heart-rate', readingsFrom: until, rollupsFrom: now - 365 * day },
    ]);
    expect(kept.keeper.last).toEqual({
      at: now,
      removed: [{ property: 'heart-rate', readings: 12, rollups: 3, until }],
    });
    expect(kept.commands).toMatchObject([
      { name: 'note-history', lines: [] },
      {
        name: 'note-history',
        lines: [
          {
            target: 'history heart-rate',
            detail:
              'retention: 12 readings and 3 roll-ups deleted; readings are kept from 2026-03-03T00:00:00.000Z',
          },
        ],
      },
    ]);
  });

  it('leaves no entry when nothing went, and tries again when it could not', async () => {
    const nothing = keeper(() => []);
    await nothing.keeper.look();
    expect(linesOf(nothing.commands)).toEqual([]);
    const failing = keeper(() => {
      throw new Error('the disk is full');
    });
    await failing.keeper.look();
    await failing.keeper.look();
    expect(failing.ordered).toHaveLength(2);
    // What the first had deleted before it failed.
    expect(linesOf(failing.commands)).toEqual([
      { target: 'history', detail: expect.stringMatching(/cut|end/) },
    ]);
  });

  it('knows after a restart when it looked last, and says of a look that was cut off that there was one', async () => {
    const before = keeper(() => [{ property: 'smoke', readings: 1, rollups: 0, until: now }]);
    await before.keeper.look();
    const [began, ended] = before.commands.map((command) => retentionIn(command));
    const after = keeper(() => [], ended);
    expect(after.keeper.last).toEqual(before.keeper.last);
    await after.keeper.look();
    expect(linesOf(after.commands)).toEqual([]);
    const killed = keeper(() => [], began);
    expect(killed.keeper.last).toBeNull();
    await killed.keeper.look();
    expect(linesOf(killed.commands)).toEqual([
      {
        target: 'history',
        detail: expect.stringMatching(/the look of 2026-06-01T00:00:00.000Z did not come/),
      },
    ]);
  });
});
