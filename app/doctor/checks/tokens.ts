import { advice, type Check, fine } from '#app/doctor/finding.ts';
import { equalHashes, hashDeviceToken } from '#model/secrets.ts';

/** What people take for a token when they are in a hurry, beside the device's own id. */
const lazy = [
  'token',
  'password',
  'secret',
  'admin',
  'test',
  'demo',
  'default',
  'changeme',
  '123456',
  '12345678',
  'gridbell',
];
const mostNamed = 10;

/** Device tokens that anybody would guess. */
export const tokens: Check = {
  name: 'tokens',
  examine: ({ keys, ops }) => {
    if (!ops?.ok || !keys?.ok) return [];
    const { deviceToken } = keys.value;
    const { reader } = ops.value;
    const guessed = reader.all('device').flatMap(({ id }) => {
      const stored = reader.credential(id)?.tokenHash;
      const guesses = [id, `${id}-token`, `token-${id}`, ...lazy];
      const isGuessed =
        stored !== undefined &&
        guesses.some((guess) => equalHashes(stored, hashDeviceToken(deviceToken, id, guess)));
      return isGuessed ? [id] : [];
    });
    if (guessed.length === 0) return [fine('no device has a token that is easily guessed')];
    const named = guessed.slice(0, mostNamed).join(', ');
    return [
      advice(
        `${guessed.length} devices have a token that anybody would guess: ${named}${guessed.length > mostNamed ? ', …' : ''}`,
        'gridbell device rotate-token ID, and put the new one into the device',
      ),
    ];
  },
};
