import { createHash } from 'node:crypto';
import { type EpochMs, epochMs, type PlaceId, type TaskId } from '#model/brand.ts';
import type { Configuration } from '#model/configuration.ts';
import { parseDuration } from '#model/duration.ts';
import { fail, type Outcome, succeed } from '#model/errors.ts';
import { mostTaskPhotos, type PhotoKind } from '#model/photo.ts';
import type { Actor } from '#model/record.ts';
import { type NewReport, sameReportWithin } from '#model/report.ts';
import type { Task } from '#model/task.ts';
import type { Assigner, TaskDeskOptions } from '#tasks/assigner.ts';
import { blankTask, isMatterOfLife } from '#tasks/filing.ts';
import { actorName } from '#tasks/permission.ts';
import type { ReportEntry, TaskRow, TaskStore } from '#tasks/ports.ts';
import { TaskDraft } from '#tasks/task-draft.ts';
import type { TaskLedger } from '#tasks/task-ledger.ts';
import { isOver } from '#tasks/transitions.ts';

/** What a report is known by as the same: upper case, spaces and points do not count. */
const saidHash = (words: string): string =>
  createHash('sha256')
    .update(
      words
        .normalize('NFKC')
        .toLowerCase()
        .replace(/[\s\p{P}]+/gu, ''),
    )
    .digest('base64url');

const resident = 'resident';
const lengthOf = (text: string): number => parseDuration(text) ?? 0;

/** What residents report; and photos, theirs and those of staff. */
export class Reporting {
  readonly #store: TaskStore;
  readonly #configuration: Configuration;
  readonly #ledger: TaskLedger;
  readonly #assigner: Assigner;

  constructor(
    parts: Omit<TaskDeskOptions, 'order'> & {
      readonly ledger: TaskLedger;
      readonly assigner: Assigner;
    },
  ) {
    this.#store = parts.store;
    this.#configuration = parts.configuration;
    this.#ledger = parts.ledger;
    this.#assigner = parts.assigner;
  }

  /**
   * A task in the state `reported`, of which whoever would get it is told: somebody has to look whether it is so. The
   * same tracking code again answers what stands; the same words of the same place within a day, by the same channel, are
   * `already-exists`, and `extra.standing` names the task.
   */
  create(report: NewReport, id: TaskId, actor: Actor, now: EpochMs): Outcome<Task> {
    const { category, channel, codeHash } = report;
    const place = report.place as PlaceId;
    if (!this.#configuration.place(place) && String(this.#configuration.communityId) !== place)
      return fail('unknown-reference', `there is no place ${place}`);
    const entry: ReportEntry = {
      codeHash,
      task: id,
      category,
      place,
      channel,
      said: saidHash(report.words),
      at: now,
    };
    const known = this.#store.reports.byCode(codeHash);
    if (known) return this.#again(known, entry);
    const same = this.#store.reports.like({ ...entry, since: epochMs(now - lengthOf(sameReportWithin)) });
    if (same)
      return fail('already-exists', 'the same was reported within a day', { standing: { task: same.task } });
    if (report.photos.some((photo) => this.#store.reports.photo(photo)))
      return fail('already-exists', 'a photo belongs to another report already');

    const draft = TaskDraft.begin(this.#rowOf(report, id, actor, now), now, {
      actor: actor.kind === resident ? resident : actorName({ actor }),
      action: 'report',
      because: [{ code: 'reported', channel }],
    });
    const told = this.#assigner.find(draft.row, now);
    if (told.person !== null)
      draft.step(
        'reported',
        { actor: 'system', action: 'tell', because: told.because },
        { also: [told.person] },
      );
    const task = this.#ledger.save(draft, now);
    this.#store.reports.put(entry);
    this.#putPhotos(report.photos, 'report', { task: id, by: null, at: now });
    return succeed(task);
  }

  /** Photos of the work. They change nothing of what there is to do, so the version stays. */
  addEvidence(id: TaskId, { comment, photos }: Evidence, actor: Actor, now: EpochMs): Outcome<Task> {
    const row = this.#store.task(id);
    if (!row) return fail('not-found', `there is no task ${id}`);
    if (isOver(row.state))
      return fail('wrong-state', `a task that is ${row.state} takes no evidence any more`, {
        state: row.state,
      });
    const standing = this.#store.reports.photosOf(id);
    if (standing.length + photos.length > mostTaskPhotos)
      return fail('limit-reached', `a task has at most ${mostTaskPhotos} photos`);
    const fresh = photos.filter((photo) => !standing.some((known) => known.id === photo));
    if (fresh.length === 0) return succeed({ ...row, history: this.#store.history(id) });
    if (fresh.some((photo) => this.#store.reports.photo(photo)))
      return fail('already-exists', 'a photo belongs to another task already');
    const by = actorName({ actor });
    const because = fresh.map((evidence) => ({ code: 'evidence', evidence }) as const);
    const draft = TaskDraft.change(row, now).step(
      row.state,
      { actor: by, action: 'evidence', comment, because },
      { evidence: [...(row.evidence ?? []), ...fresh] },
    );
    this.#putPhotos(fresh, 'evidence', { task: id, by, at: now });
    return succeed(this.#ledger.save(draft, now));
  }

  /** The answer to the first request was lost on the way, or somebody has the code of another report. */
  #again(known: ReportEntry, entry: ReportEntry): Outcome<Task> {
    const row = this.#store.task(known.task);
    if (!row || known.said !== entry.said || known.place !== entry.place || known.category !== entry.category)
      return fail('already-exists', 'this key is that of another report');
    return succeed({ ...row, history: this.#store.history(row.id) });
  }

  #rowOf(report: NewReport, id: TaskId, actor: Actor, now: EpochMs): TaskRow {
    const { category, channel, language, words } = report;
    const isOwn = actor.kind === resident;
    // Whoever sees a fire and says so here calls for help; of everything else somebody judges how urgent it is.
    const severity = category === 'fire' ? 'critical' : 'minor';
    const short = words.length > 60 ? `${words.slice(0, 59)}…` : words;
    return {
      ...blankTask(id, now),
      state: 'reported',
      category,
      severity,
      lifeSafety: isMatterOfLife({ category, severity }),
      title: { zh: `居民上报：${short}`, en: `Resident report: ${short}` },
      publicTitle: { zh: '居民上报', en: 'Resident report' },
      place: report.place as PlaceId,
      report: {
        channel,
        language,
        words,
        onBehalf: !isOwn,
        by: isOwn ? null : actorName({ actor }),
        contact: report.contact ?? null,
        rating: null,
        reopened: 0,
      },
    };
  }

  #putPhotos(
    ids: readonly string[],
    kind: PhotoKind,
    of: { readonly task: TaskId; readonly by: string | null; readonly at: EpochMs },
  ): void {
    for (const id of new Set(ids)) this.#store.reports.putPhoto({ id, kind, ...of });
  }
}

interface Evidence {
  readonly photos: readonly string[];
  readonly comment?: string | undefined;
}
