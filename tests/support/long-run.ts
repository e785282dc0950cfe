/** `npm run test:long`: what `npm test` tries on a part of what there is, it tries on all. */
export const isLongRun = process.env['GRIDBELL_TEST_LONG'] === '1';
