// Which model and parameters can go together: the registry's own rules, pure, so that they can be checked without a page.
// A registry is `{ runtimes: [{ id, name, models: [{ id, name }], defaultModel, controls: [{ id, name, options: [{ id, models }] }] }] }`.

export const runtimeOf = (registry, id) => registry.runtimes.find((runtime) => runtime.id === id);

export const supports = (option, model) => !option.models || option.models.includes(model);

/** A control's value for a model: the wanted one, else the default, else `high`, else the first that the model takes. */
export function valueFor(control, wanted, model) {
  const possible = control.options.filter((option) => supports(option, model)).map((option) => option.id);
  if (possible.includes(wanted)) return wanted;
  const standard = control.options[0]?.id;
  if (possible.includes(standard)) return standard;
  if (possible.includes("high")) return "high";
  return possible[0];
}

/** Valid settings as near as may be to `wanted`, or `null` when the registry offers nothing. */
export function settle(registry, wanted = {}) {
  const runtime = runtimeOf(registry, wanted.runtimeId) ?? registry.runtimes[0];
  if (!runtime) return null;
  const isKnown = runtime.models.some((model) => model.id === wanted.runtimeModel);
  const isFree = runtime.acceptsAnyModel && /^[\w.-]+\/\S+$/.test(wanted.runtimeModel ?? "");
  const runtimeModel = isKnown || isFree ? wanted.runtimeModel : runtime.defaultModel;
  const runtimeParams = {};
  for (const control of runtime.controls) {
    const value = valueFor(control, wanted.runtimeParams?.[control.id], runtimeModel);
    if (value !== undefined) runtimeParams[control.id] = value;
  }
  return { runtimeId: runtime.id, runtimeModel, runtimeParams };
}

/** Moves to another model; `moved` says in words which parameters had to follow. */
export function switchModel(registry, settings, runtimeId, runtimeModel) {
  const next = settle(registry, { runtimeId, runtimeModel, runtimeParams: settings.runtimeParams });
  const runtime = runtimeOf(registry, runtimeId);
  const moved =
    settings.runtimeId !== runtimeId
      ? []
      : runtime.controls
          .filter(({ id }) => settings.runtimeParams[id] !== next.runtimeParams[id])
          .map(({ id, name }) => `${name} is now ${words(next.runtimeParams[id])}`);
  return { settings: next, moved };
}

/** How a value is written for people. */
export function words(value) {
  return { xhigh: "extra high", max: "maximum", "workspace-write": "workspace only", disabled: "off", enabled: "on" }[value]
    ?? String(value ?? "").replace(/-/g, " ");
}

export function describe(registry, settings) {
  const runtime = runtimeOf(registry, settings.runtimeId);
  return (runtime?.controls ?? []).map(({ id }) => words(settings.runtimeParams[id])).filter(Boolean).join(", ");
}
