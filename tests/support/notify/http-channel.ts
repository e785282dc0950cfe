import { Type } from 'typebox';
import type { ChannelType } from '#notify/channel.ts';
import { answerOfFailure, answerOfStatus } from '#notify/http-answer.ts';

const settings = Type.Object({ url: Type.String() }, { additionalProperties: false });

/** A channel of the tests: JSON to an HTTP receiver, the key in a header; reaches everybody who has a phone. */
export const httpChannel: ChannelType<typeof settings> = {
  kind: 'webhook',
  settings,
  secrets: [],
  open: ({ url }, tools) => ({
    reach: ({ phone }) => (phone === null ? { reaches: false, why: 'no-address' } : { reaches: true }),
    send: async (dispatch, signal) => {
      try {
        const answer = await tools.request(
          {
            method: 'POST',
            url,
            headers: { 'content-type': 'application/json', 'idempotency-key': dispatch.key },
            body: JSON.stringify(dispatch),
          },
          signal,
        );
        return answerOfStatus(answer, tools.clock.now());
      } catch (error) {
        return answerOfFailure(error);
      }
    },
    close: () => Promise.resolve(),
  }),
};
