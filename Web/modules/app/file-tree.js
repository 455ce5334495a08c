// Folders and files of a list of paths. Pure.

/** `[{ name, path, isFolder, children }]`, folders first, both by name. */
export function buildTree(files) {
  const root = { children: new Map() };
  for (const file of files) {
    const segments = file.path.split("/");
    let folder = root;
    segments.forEach((name, index) => {
      const isFolder = index < segments.length - 1;
      const path = segments.slice(0, index + 1).join("/");
      if (!folder.children.has(name)) {
        folder.children.set(name, isFolder ? { name, path, isFolder, children: new Map() } : { name, path, isFolder, file });
      }
      folder = folder.children.get(name);
    });
  }
  return sorted(root);
}

const sorted = (folder) =>
  [...folder.children.values()]
    .sort((a, b) => Number(b.isFolder) - Number(a.isFolder) || (a.name < b.name ? -1 : 1))
    .map((node) => (node.isFolder ? { ...node, children: sorted(node) } : node));

/** The rows that are visible with these folders open, with their depth. */
export function visibleRows(tree, open, depth = 1) {
  return tree.flatMap((node) => [
    { ...node, depth, isOpen: node.isFolder && open.has(node.path) },
    ...(node.isFolder && open.has(node.path) ? visibleRows(node.children, open, depth + 1) : []),
  ]);
}

/** The file that is opened first. */
export const firstFile = (files) =>
  ["src/App.tsx", "src/main.tsx", "index.html"].find((path) => files.some((file) => file.path === path)) ?? files[0]?.path;

/** Folders above a path, outermost first. */
export function foldersOf(path) {
  const segments = path.split("/").slice(0, -1);
  return segments.map((_, index) => segments.slice(0, index + 1).join("/"));
}

/** Paths whose content is new or another than before. */
export function changedPaths(before, after) {
  const known = new Map(before.map((file) => [file.path, file.hash]));
  return after.filter((file) => known.get(file.path) !== file.hash).map((file) => file.path);
}

/** The saved file that a tool's path means: relative, or absolute on the builder's disk; the longest that fits, or `null`. */
export function savedPath(path, files) {
  const wanted = path.replace(/^(\.?\/)+/, "");
  const fitting = files.map((file) => file.path).filter((known) => known === wanted || wanted.endsWith(`/${known}`));
  return fitting.sort((a, b) => b.length - a.length)[0] ?? null;
}
