// biome-ignore lint/style/noRestrictedImports: the one place
import fc from 'fast-check';

/**
 * `npm test` tries the same cases of each law every time: what fails is of the change, not of chance.
 * `npm test -- --new-cases` tries others, and says the seed of what fails.
 */
if (process.env['GRIDBELL_TEST_NEW_CASES'] !== '1') fc.configureGlobal({ seed: 20_261_122 });

export { fc };
