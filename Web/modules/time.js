// Times for people, in the language of their browser. Pure.

const steps = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** “3 minutes ago”; under a minute, and for times ahead, “just now”. */
export function timeAgo(then, now, language) {
  const seconds = (now - then) / 1000;
  const step = steps.find(([, length]) => seconds >= length);
  if (!step) return "just now";
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  return format.format(-Math.floor(seconds / step[1]), step[0]);
}

/** “0:07”, “12:31”, “1:02:03”: how long something has taken. */
export function duration(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, at) => (at ? String(part).padStart(2, "0") : String(part))).join(":");
}
