// Tables that have the embedded and the distributed shape side by side.
import { median, percentile, table } from "./support.mjs";

export const ms = (value) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
export const perSecond = (value) => value.toFixed(value < 100 ? 1 : 0);

/** One line of figures: `format` writes them, the ratio is the distributed one over the embedded one. */
export function line(name, format, [embedded, distributed]) {
  const text = (value) => Number.isFinite(value) ? format(value) : "–";
  const ratio = distributed / embedded;
  return [name, text(embedded), text(distributed), Number.isFinite(ratio) ? `${ratio.toFixed(ratio < 0.1 ? 4 : ratio < 100 ? 2 : 0)} ×` : "–"];
}

/** p50 and p99 of the same samples in both shapes. */
export function delays(name, both) {
  return [
    line(`${name}, p50`, ms, both.map(median)),
    line(`${name}, p99`, ms, both.map((samples) => percentile(samples, 0.99))),
  ];
}

export function sideBySide(title, rows) {
  table(`${title} (database server: SecantusDB, not MongoDB)`,
    ["figure", "embedded", "distributed", "distributed to embedded"], rows);
}
