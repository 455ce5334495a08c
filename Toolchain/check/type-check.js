/*
 * The type check of apps, as a process that stays and answers.
 *
 * scripts/toolchain/install puts TypeScript itself in front of this file (it gives us `ts`) and lets Node make a
 * start-up snapshot of the two, so that a start takes a fraction of a second: the library types and the template
 * are then already read and checked.
 *
 * It reads requests from standard input and writes answers to standard output, one JSON value a line:
 *   {"id":1,"app":"…","files":[["src/App.tsx","…text…"],…]}  →  {"id":1,"total":0,"problems":[…]}
 *   {"id":2,"forget":"…"}  →  {"id":2}          {"id":3,"warm":true}  →  {"id":3}, which only starts the process
 * An app is only what a request says it is: no file is read from the disk on its behalf, and no app sees another.
 */
(function () {
  "use strict";

  const fs = require("fs");
  const startupSnapshot = require("v8").startupSnapshot;

  const PROBLEM_LIMIT = 50;
  const MESSAGE_LIMIT = 1200;
  const APP_LIMIT = 6;
  const HEAP_LIMIT = 640 * 1024 * 1024;
  const SOURCE = /\.(?:[cm]?tsx?|jsx?|json)$/;
  const ROOT = /^src\/.*\.[cm]?tsx?$/;

  const TYPES = "/toolchain/types";
  const LIBRARY = "/toolchain/lib";

  const options = {
    target: ts.ScriptTarget.ES2020,
    lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.NodeJs,
    jsx: ts.JsxEmit.ReactJSX,
    strict: true,
    noFallthroughCasesInSwitch: true,
    esModuleInterop: true,
    resolveJsonModule: true,
    allowJs: true,
    skipLibCheck: true,
    noEmit: true,
    types: [],
    baseUrl: "/app",
    paths: {
      "@/*": ["./src/*"],
      "react": [TYPES + "/react"],
      "react/*": [TYPES + "/react/*"],
      "react-dom": [TYPES + "/react-dom"],
      "react-dom/*": [TYPES + "/react-dom/*"],
      "scheduler": [TYPES + "/scheduler"],
      "scheduler/*": [TYPES + "/scheduler/*"],
      "csstype": [TYPES + "/csstype"],
      "prop-types": [TYPES + "/prop-types"],
    },
  };

  /** Path → text of everything the toolchain itself brings. */
  const shared = new Map();
  /** Path → parsed file of the same. */
  const parsedShared = new Map();
  const sharedDirectories = new Set();

  function addShared(folder, under) {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
      const path = under + "/" + entry.name;
      const real = folder + "/" + entry.name;
      if (fs.statSync(real).isDirectory()) addShared(real, path);
      else if (entry.name.endsWith(".d.ts")) shared.set(path, fs.readFileSync(real, "utf8"));
    }
    sharedDirectories.add(under);
  }

  function parse(path, text) {
    const file = ts.createSourceFile(path, text, options.target, false);
    file.version = text;
    return file;
  }

  /** What the compiler may see of one app: its own files and the toolchain's. */
  function makeHost(files, parsed) {
    const directories = new Set();
    for (const path of files.keys()) {
      for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
        directories.add(path.slice(0, end));
      }
    }
    return {
      getSourceFile(path) {
        const text = files.get(path);
        if (text !== undefined) {
          const known = parsed.get(path);
          if (known && known.version === text) return known;
          const file = parse(path, text);
          parsed.set(path, file);
          return file;
        }
        let file = parsedShared.get(path);
        if (!file && shared.has(path)) {
          file = parse(path, shared.get(path));
          parsedShared.set(path, file);
        }
        return file;
      },
      fileExists: (path) => files.has(path) || shared.has(path),
      readFile: (path) => (files.has(path) ? files.get(path) : shared.get(path)),
      directoryExists: (path) => directories.has(path) || sharedDirectories.has(path),
      getDirectories: () => [],
      getDefaultLibFileName: () => LIBRARY + "/lib.es2022.d.ts",
      getDefaultLibLocation: () => LIBRARY,
      getCurrentDirectory: () => "/app",
      getCanonicalFileName: (path) => path,
      useCaseSensitiveFileNames: () => true,
      getNewLine: () => "\n",
      writeFile() {},
    };
  }

  /** App → { builder, parsed }, least recently used first. */
  const apps = new Map();
  /** The state every app starts from: the template, checked. */
  let base = { builder: undefined, parsed: new Map() };

  function makeBuilder(state, list) {
    const files = new Map();
    for (const [path, text] of list) if (SOURCE.test(path)) files.set("/app/" + path, text);
    for (const path of state.parsed.keys()) if (!files.has(path)) state.parsed.delete(path);
    const roots = list.filter(([path]) => ROOT.test(path)).map(([path]) => "/app/" + path).sort();
    roots.push(TYPES + "/platform.d.ts");

    return ts.createSemanticDiagnosticsBuilderProgram(roots, options, makeHost(files, state.parsed), state.builder);
  }

  function check(state, list) {
    const builder = makeBuilder(state, list);
    const syntax = builder.getSyntacticDiagnostics();
    const found = syntax.length
      ? syntax
      : [...builder.getOptionsDiagnostics(), ...builder.getGlobalDiagnostics(), ...builder.getSemanticDiagnostics()];
    state.builder = builder;
    return found;
  }

  function describe(diagnostic) {
    let message = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
    if (message.length > MESSAGE_LIMIT) message = message.slice(0, MESSAGE_LIMIT) + "…";
    const problem = { message, code: "TS" + diagnostic.code };
    if (diagnostic.file && diagnostic.start !== undefined) {
      const { line, character } = diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start);
      const starts = diagnostic.file.getLineStarts();
      const end = line + 1 < starts.length ? starts[line + 1] : diagnostic.file.text.length;
      problem.file = diagnostic.file.fileName.replace(/^\/app\//, "");
      problem.line = line + 1;
      problem.column = character + 1;
      problem.source = diagnostic.file.text.slice(starts[line], Math.min(end, starts[line] + 400)).replace(/\s+$/, "");
    }
    return problem;
  }

  function answer(request) {
    if (request.forget !== undefined) {
      apps.delete(request.forget);
      return {};
    }
    // Warming begins when it is quiet, as after every request.
    if (request.warm) return {};
    const state = apps.get(request.app) || { builder: base.builder, parsed: new Map(base.parsed) };
    apps.delete(request.app);
    let found;
    try {
      found = check(state, request.files);
    } catch (error) {
      // The state of before may be what tripped it: once more from nothing.
      state.builder = undefined;
      state.parsed = new Map();
      found = check(state, request.files);
    }
    apps.set(request.app, state);
    while (apps.size > APP_LIMIT) apps.delete(apps.keys().next().value);
    if (process.memoryUsage().heapUsed > HEAP_LIMIT) apps.clear();
    const errors = found.filter((each) => each.category === ts.DiagnosticCategory.Error);
    const place = (each) => (each.file ? each.file.fileName : "");
    errors.sort((one, other) =>
      place(one) < place(other) ? -1 : place(one) > place(other) ? 1 : (one.start || 0) - (other.start || 0),
    );
    return { total: errors.length, problems: errors.slice(0, PROBLEM_LIMIT).map(describe) };
  }

  let template = [];

  /**
   * Checks a touched copy of the template twice, so that the next real change meets compiled code.
   *
   * File by file, with a look at the requests in between: whoever asks something waits for one file at most.
   */
  function* warming() {
    const state = { builder: base.builder, parsed: new Map(base.parsed) };
    for (const mark of ["\n// 1", "\n// 2"]) {
      const list = template.map(([path, text]) => [path, path === "src/App.tsx" ? text + mark : text]);
      const builder = makeBuilder(state, list);
      yield;
      while (builder.getSemanticDiagnosticsOfNextAffectedFile()) yield;
      state.builder = builder;
    }
  }

  let warmSteps;
  let warmTimer;

  /** Goes on with it in quiet moments: right after a start, and between requests, other work wants the processor. */
  function warmWhenQuiet() {
    clearTimeout(warmTimer);
    warmTimer = setTimeout(function step() {
      warmSteps = warmSteps || warming();
      if (!warmSteps.next().done) warmTimer = setTimeout(step, 0);
    }, 2000);
  }

  function prepare() {
    const folder = process.env.SECOND_TOOLCHAIN;
    addShared(folder + "/types", TYPES);
    for (const name of ["react", "react-dom", "scheduler"]) {
      addShared(folder + "/node_modules/@types/" + name, TYPES + "/" + name);
    }
    addShared(folder + "/typescript-lib", LIBRARY);
    sharedDirectories.add("/toolchain");
    const walk = (at, under) => {
      for (const entry of fs.readdirSync(at, { withFileTypes: true })) {
        if (entry.isDirectory()) walk(at + "/" + entry.name, under + entry.name + "/");
        else if (SOURCE.test(entry.name)) template.push([under + entry.name, fs.readFileSync(at + "/" + entry.name, "utf8")]);
      }
    };
    walk(folder + "/template", "");
    const found = check(base, template);
    if (found.length) throw new Error("The template has type errors:\n" + JSON.stringify(found.map(describe), null, 1));
  }

  function serve() {
    let chunks = [];
    process.stdin.setEncoding("utf8");
    process.stdin.on("data", (text) => {
      let from = 0;
      for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
        chunks.push(text.slice(from, end));
        from = end + 1;
        const line = chunks.join("");
        chunks = [];
        let reply;
        let id = null;
        try {
          const request = JSON.parse(line);
          id = request.id;
          reply = answer(request);
        } catch (error) {
          reply = { failure: String((error && error.stack) || error).slice(0, 2000) };
        }
        process.stdout.write(JSON.stringify({ id, ...reply }) + "\n");
        warmWhenQuiet();
      }
      chunks.push(text.slice(from));
    });
    process.stdin.on("end", () => process.exit(0));
  }

  prepare();
  if (startupSnapshot && startupSnapshot.isBuildingSnapshot()) startupSnapshot.setDeserializeMainFunction(serve);
  else serve();
})();
