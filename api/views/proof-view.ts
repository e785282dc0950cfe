import { Type } from 'typebox';
import { Instant, nullable, oneOf } from '#api/schemas.ts';
import { outsiderOf } from '#model/care-ladder.ts';
import { noticeKinds } from '#model/notice.ts';
import { deliveryStates, messageStates } from '#notify/message.ts';

/** Who was told of a task, by what, and how it is known that they know of it. */
export const Proofs = Type.Array(
  Type.Object({
    person: Type.String({
      description: '`resident/` and `family/`: somebody who is no staff, whoever it is',
    }),
    kind: oneOf(noticeKinds),
    at: Instant,
    state: oneOf(messageStates),
    channels: Type.Array(
      Type.Object({
        channel: Type.String(),
        state: oneOf(deliveryStates),
        sentAt: nullable(Instant),
        deliveredAt: nullable(Instant),
      }),
    ),
    seenAt: nullable(Instant),
    seenBy: nullable(oneOf(['console', 'link'])),
    actedAt: nullable(Instant),
  }),
  { description: 'Of one task only: who was told, by what, seen when; oldest first' },
);

/** Without who resident and contacts are: that is for those who may know who lives there. */
export const proofsView = <P extends { readonly person: string }>(proofs: readonly P[]) =>
  proofs.map((proof) => {
    const outsider = outsiderOf(proof.person);
    if (!outsider) return proof;
    return { ...proof, person: outsider.contact === undefined ? 'resident/' : 'family/' };
  });
