// What may be attached: up to 10 files of 25 MiB, 50 MiB together, none of them empty. Pure.

export const limits = { count: 10, file: 25 * 1024 * 1024, total: 50 * 1024 * 1024 };

/** Takes what fits, in order; `refused` names the rest with the reason. Files are `{ name, size }`. */
export function admit(present, added) {
  const accepted = [];
  const refused = [];
  let total = present.reduce((sum, file) => sum + file.size, 0);
  for (const file of added) {
    const reason =
      file.size === 0 ? "it is empty"
      : file.size > limits.file ? "it is larger than 25 MB"
      : present.length + accepted.length >= limits.count ? "10 files are the limit"
      : total + file.size > limits.total ? "all files together may have 50 MB"
      : null;
    if (reason) {
      refused.push({ name: file.name, reason });
    } else {
      accepted.push(file);
      total += file.size;
    }
  }
  return { accepted, refused };
}

export function sizeText(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** A sentence for what was refused. */
export const refusalText = (refused) =>
  refused.map(({ name, reason }) => `“${name}” was left out: ${reason}.`).join(" ");
