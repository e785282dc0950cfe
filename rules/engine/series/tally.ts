/** As it rests in a snapshot; squares of large steps do not fit into a number. */
export type TallyJson = readonly [n: number, sum: number, squares: string];

/** Count, sum and sum of squares of whole numbers, exactly and in any order; what was added can be taken away again. */
export class Tally {
  n = 0;
  sum = 0;
  #squares = 0;
  /** Of the squares, what did not fit into a number. */
  #rest = 0n;

  static restore([n, sum, squares]: TallyJson): Tally {
    const tally = new Tally();
    tally.n = n;
    tally.sum = sum;
    tally.#rest = BigInt(squares);
    return tally;
  }

  /** `sign` −1: takes it away. */
  count(steps: number, sign: 1 | -1): void {
    this.n += sign;
    this.sum += sign * steps;
    const square = steps * steps;
    const squares = this.#squares + sign * square;
    if (Number.isSafeInteger(square) && Number.isSafeInteger(squares)) this.#squares = squares;
    else this.#rest += BigInt(sign) * BigInt(steps) ** 2n;
  }

  get squares(): bigint {
    return this.#rest + BigInt(this.#squares);
  }

  toJson(): TallyJson {
    return [this.n, this.sum, String(this.squares)];
  }
}
