// Interleaved rounds: each contender runs a slice of every round, so that a slow second of the machine hits all alike.
// What is reported is the median over rounds of the time of one call.

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/**
 * `contenders`: name -> async (i) => void. Gives name -> median microseconds of one call. A slice lasts about
 * `sliceMs`, whatever a call costs, so that warming up and collecting garbage weigh the same for all.
 */
export async function race(contenders, { rounds = 30, warmupMs = 400, sliceMs = 60 } = {}) {
  const names = Object.keys(contenders);
  const calls = {};
  for (const name of names) {
    const run = contenders[name];
    let n = 0;
    const start = performance.now();
    while (performance.now() - start < warmupMs) await run(n++);
    const before = performance.now();
    for (let i = 0; i < 200; i++) await run(i);
    calls[name] = Math.max(20, Math.round((200 * sliceMs) / (performance.now() - before)));
  }
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    // Nobody always runs right after the same other one.
    for (let k = 0; k < names.length; k++) {
      const name = names[(round + k) % names.length];
      const run = contenders[name];
      const start = performance.now();
      for (let i = 0; i < calls[name]; i++) await run(i);
      times[name].push(((performance.now() - start) * 1000) / calls[name]);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times[name])]));
}
