import type { CompleteCategory, EvidenceKind } from '#model/category.ts';
import type { Task } from '#model/task.ts';

/** What the category wants to see before a task is fed back as done, and is not there. */
export function missingEvidence(
  { evidence }: Pick<CompleteCategory, 'evidence'>,
  given: { readonly evidence: Task['evidence']; readonly comment: string | undefined },
): readonly EvidenceKind[] {
  const isThere: Readonly<Record<EvidenceKind, boolean>> = {
    photo: (given.evidence ?? []).length > 0,
    comment: (given.comment ?? '').trim() !== '',
  };
  return evidence.filter((kind) => !isThere[kind]);
}
