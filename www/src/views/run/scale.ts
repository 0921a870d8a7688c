// Where the times of a press stand on a line.

export interface Scale {
  /** Milliseconds the line is long. */
  length: number;
  ticks: number[];
  /** Percent from the left; above 100: beyond the line. */
  at(ms: number): number;
}

/** A press that used less than this part of its budget is drawn larger than the budget. */
const ZOOMED_BELOW = 0.25;
const TICKS = 4;

/** `whole`: the budget is to be on it, whatever was used. */
export function scaleOf(tookMs: number, budgetMs: number, whole = tookMs >= budgetMs * ZOOMED_BELOW): Scale {
  const needed = Math.max(tookMs * 1.05, whole ? budgetMs * 1.02 : 0, 1);
  const step = roundStep(needed / TICKS);
  const length = whole ? needed : Math.max(step, Math.ceil(needed / step) * step);
  const ticks: number[] = [];
  for (let ms = 0; ms <= length; ms += step) ticks.push(ms);
  return { length, ticks, at: (ms) => (ms / length) * 100 };
}

/** The next of 1, 2, 5, 10, 20, 50, .. from below upwards. */
function roundStep(rough: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  const step = [1, 2, 5, 10].find((factor) => factor * magnitude >= rough) ?? 10;
  return step * magnitude;
}
