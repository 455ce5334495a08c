// What the sidebar shows for a list of apps: pure, so that it can be checked without a page.

/** The mark of a row, from what `GET W/sidebar` says about the app. */
export function stateOf(app) {
  if (app.toolRecoveryStatus === "fixing") return "failing";
  if (app.runStatus === "pending" || app.runStatus === "streaming") return "working";
  return app.needsDecision ? "waiting" : "idle";
}

/** The two lists, narrowed by what was typed into the filter. */
export function split(apps, filter = "") {
  const wanted = filter.trim().toLocaleLowerCase();
  const shown = apps.filter((app) => app.name.toLocaleLowerCase().includes(wanted));
  return {
    private: shown.filter((app) => !app.hasPublishedVersion),
    shared: shown.filter((app) => app.hasPublishedVersion),
  };
}

/** The status list of `GET W/apps/status` laid over the apps. */
export function withStatuses(apps, { statuses = {}, toolRecoveryStatuses = {}, needsDecision = {} }) {
  return apps.map((app) => ({
    ...app,
    runStatus: statuses[app._id] ?? null,
    toolRecoveryStatus: toolRecoveryStatuses[app._id] ?? null,
    needsDecision: needsDecision[app._id] ?? false,
  }));
}
