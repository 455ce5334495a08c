// Terminal output with its colours mapped to our tokens; every other control sequence is dropped.

const colours = { 31: "bad", 32: "ok", 33: "warn", 34: "info", 35: "accent", 36: "accent", 90: "dim",
  91: "bad", 92: "ok", 93: "warn", 94: "info", 95: "accent", 96: "accent" };

/** Runs of one output; from then on colours stay as they are. */
const mostRuns = 2000;

/** Runs of text with the classes that they want: `[{ text, classes }]`. */
export function ansiRuns(text) {
  const runs = [];
  const rest = [];
  let colour = "";
  let bold = false;
  const push = (piece) => {
    const clean = piece.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, "");
    if (!clean) return;
    const classes = [colour && `ansi-${colour}`, bold && "ansi-bold"].filter(Boolean);
    if (runs.length < mostRuns) runs.push({ text: clean, classes });
    else rest.push(clean);
  };
  // Colours are CSI … m; other CSI, OSC and two-character sequences vanish.
  const sequence = /\u001b(?:\[([0-9;:?]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
  let start = 0;
  for (const match of text.matchAll(sequence)) {
    push(text.slice(start, match.index));
    start = match.index + match[0].length;
    if (match[2] !== "m") continue;
    for (const code of (match[1] || "0").split(/[;:]/).map(Number)) {
      if (code === 0) [colour, bold] = ["", false];
      else if (code === 1) bold = true;
      else if (code === 22) bold = false;
      else if (code === 39) colour = "";
      else if (colours[code]) colour = colours[code];
    }
  }
  push(text.slice(start));
  if (rest.length) runs.push({ text: rest.join(""), classes: [] });
  return runs;
}
