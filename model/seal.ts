import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const version = 1;
const saltBytes = 16;
const counterBytes = 8;
const tagBytes = 16;
const headBytes = 1 + saltBytes + counterBytes + tagBytes;

/**
 * Seals bytes at rest (AES-256-GCM): what devices say and what is quarantined may hold personal data.
 *
 * Each instance derives a key of its own from the master key and a random salt and counts its nonces, so that no nonce
 * is ever used twice under one key, whatever is cut off or written again after a crash.
 * Layout: version (1) · salt (16) · counter (8) · tag (16) · ciphertext.
 */
export class Seal {
  readonly #master: Uint8Array;
  readonly #purpose: string;
  readonly #salt = randomBytes(saltBytes);
  readonly #keys = new Map<string, Buffer>();
  #counter = 0n;

  /** `purpose` separates the keys of different uses of one master key (32 bytes). */
  constructor(master: Uint8Array, purpose: string) {
    this.#master = master;
    this.#purpose = purpose;
  }

  /** `bound` is authenticated with it: `open` with anything else fails, so a sealed piece cannot be moved. */
  seal(plain: Uint8Array, bound: string): Buffer {
    const nonce = Buffer.alloc(12);
    nonce.writeBigUInt64BE(this.#counter++, 4);
    const cipher = createCipheriv('aes-256-gcm', this.#keyFor(this.#salt), nonce);
    cipher.setAAD(Buffer.from(bound));
    const body = cipher.update(plain);
    cipher.final();
    return Buffer.concat([Buffer.of(version), this.#salt, nonce.subarray(4), cipher.getAuthTag(), body]);
  }

  /** Throws when it was cut, changed, sealed with another key, or bound to something else. */
  open(sealed: Uint8Array, bound: string): Buffer {
    if (sealed.length < headBytes || sealed[0] !== version)
      throw new Error('not a sealed piece of this version');
    const salt = sealed.subarray(1, 1 + saltBytes);
    const nonce = Buffer.alloc(12);
    nonce.set(sealed.subarray(1 + saltBytes, 1 + saltBytes + counterBytes), 4);
    const decipher = createDecipheriv('aes-256-gcm', this.#keyFor(salt), nonce);
    decipher.setAAD(Buffer.from(bound));
    decipher.setAuthTag(sealed.subarray(headBytes - tagBytes, headBytes));
    return Buffer.concat([decipher.update(sealed.subarray(headBytes)), decipher.final()]);
  }

  #keyFor(salt: Uint8Array): Buffer {
    const name = Buffer.from(salt).toString('base64');
    let key = this.#keys.get(name);
    if (!key) {
      key = Buffer.from(hkdfSync('sha256', this.#master, salt, `gridbell ${this.#purpose}`, 32));
      this.#keys.set(name, key);
    }
    return key;
  }
}
