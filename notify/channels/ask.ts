import type { ChannelTools, HttpAnswer, HttpRequest } from '#notify/channel-tools.ts';
import type { Discretion } from '#notify/channels/discretion.ts';
import { answerOfFailure, type FailedAnswer } from '#notify/http-answer.ts';

/** What a receiver said; or, when it said nothing, what that means for the message. */
export type Heard = { readonly said: HttpAnswer } | { readonly said: null; readonly answer: FailedAnswer };

/** Asks a receiver by HTTP; never rejects, and what it says of a failure has no secret in it. */
export async function ask(
  tools: Pick<ChannelTools, 'request'>,
  request: HttpRequest,
  { discretion, signal }: { readonly discretion: Discretion; readonly signal: AbortSignal },
): Promise<Heard> {
  try {
    return { said: await tools.request(request, signal) };
  } catch (error) {
    const answer = answerOfFailure(error);
    return { said: null, answer: { ...answer, because: discretion.of(answer.because) } };
  }
}
