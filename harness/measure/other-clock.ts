/** So much, of any time, two machines' steady clocks may drift apart: each is slewed by 500 ppm at most. */
const drift = 1e-3;

/**
 * Another machine's steady clock, by this one's: how far it is ahead. Each question and answer
 * proves bounds for that, the moments between which it was read; what they have in common is known
 * better than any of them. Milliseconds.
 */
export class OtherClock {
  #low = Number.NEGATIVE_INFINITY;
  #high = Number.POSITIVE_INFINITY;
  #at = 0;

  /** It said `there` to a question that was sent and answered at these moments of our clock. */
  note(sent: number, there: number, received: number): void {
    const meanwhile = drift * (received - sent);
    const [low, high] = [there - received - meanwhile, there - sent + meanwhile];
    const drifted = drift * (received - this.#at);
    const known = [
      Math.max(low, this.#low - drifted),
      Math.min(high, this.#high + drifted),
    ] as const;
    // Bounds that exclude each other: one machine has slept, and what was known is no more.
    [this.#low, this.#high] = known[0] <= known[1] ? known : [low, high];
    this.#at = received;
  }

  /** The moment of our clock at which it said `there`. */
  here(there: number): number {
    return there - (this.#low + this.#high) / 2;
  }

  /** By how much `here` may be wrong at most. */
  get error(): number {
    return (this.#high - this.#low) / 2;
  }
}
