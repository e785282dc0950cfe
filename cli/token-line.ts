/** ` token …` when the answer holds one. */
export const tokenLine = (answer: unknown): string =>
  typeof answer === 'object' && answer !== null && 'token' in answer ? `\ttoken ${String(answer.token)}` : '';
