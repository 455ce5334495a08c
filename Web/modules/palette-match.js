// Which entries fit what was typed, best first: pure, so that it can be checked without a page.

/** A number, higher is better, or 0 when the letters of `query` do not appear in `text` in that order. */
export function score(text, query) {
  const target = text.toLocaleLowerCase();
  const wanted = query.trim().toLocaleLowerCase();
  if (!wanted) return 1;
  if (target.startsWith(wanted)) return 1000 - target.length;
  const whole = target.indexOf(wanted);
  if (whole > 0) return (target[whole - 1] === " " ? 800 : 500) - whole;
  let at = -1;
  let gaps = 0;
  for (const letter of wanted) {
    const next = target.indexOf(letter, at + 1);
    if (next < 0) return 0;
    if (at >= 0) gaps += next - at - 1;
    at = next;
  }
  return Math.max(1, 200 - gaps);
}

export function match(entries, query, limit = 12) {
  return entries
    .map((entry, order) => ({ entry, order, score: score(entry.label, query) }))
    .filter((candidate) => candidate.score > 0)
    .sort((one, other) => other.score - one.score || one.order - other.order)
    .slice(0, limit)
    .map((candidate) => candidate.entry);
}
