// The model and parameter selectors of a composer, drawn from the server's registry.

import { data, element, find, kept } from "./dom.js";
import { place } from "./menus.js";
import { describe, runtimeOf, settle, supports, switchModel, words } from "./runtime-choice.js";

const isNameOrNone = (value) => value === undefined || typeof value === "string";
const areSettings = ({ runtimeId, runtimeModel }) => isNameOrNone(runtimeId) && isNameOrNone(runtimeModel);

export class ComposerSettings {
  constructor(form, { changed, note }) {
    this.registry = data(form, "registry", { runtimes: [] });
    this.select = find('[data-testid="composer-model"]', form);
    this.button = find("[data-params]", form);
    this.panel = find(".composer-params", form);
    this.changed = changed;
    this.note = note;
    const given = data(form, "settings", null);
    this.settings = settle(this.registry, given ?? kept.read("settings", areSettings, {}));
    if (!this.select || !this.settings) return;
    this.bind();
    this.draw();
  }

  apply(settings) {
    this.settings = settle(this.registry, settings);
    this.draw();
  }

  bind() {
    this.select.addEventListener("change", () => {
      const [runtimeId, ...model] = this.select.value.split(":");
      const { settings, moved } = switchModel(this.registry, this.settings, runtimeId, model.join(":"));
      this.choose(settings);
      this.note(moved.length ? `${moved.join(". ")}, because this model takes no other.` : null);
    });
    this.panel?.addEventListener("toggle", (event) => {
      this.button.setAttribute("aria-expanded", String(event.newState === "open"));
      if (event.newState === "open") place(this.panel, this.button);
    });
  }

  choose(settings) {
    this.settings = settings;
    kept.set("settings", JSON.stringify(settings));
    this.draw();
    this.changed(settings);
  }

  draw() {
    const { runtimeId, runtimeModel } = this.settings;
    const value = `${runtimeId}:${runtimeModel}`;
    if (![...this.select.options].some((option) => option.value === value)) {
      this.select.append(element("option", { value }, runtimeModel));
    }
    this.select.value = value;
    const runtime = runtimeOf(this.registry, runtimeId);
    this.button.hidden = runtime.controls.length === 0;
    find("[data-params-text]", this.button).textContent = describe(this.registry, this.settings);
    this.panel.replaceChildren(...runtime.controls.map((control) => this.field(control)));
  }

  field(control) {
    const id = `param-${control.id}`;
    const select = element(
      "select",
      {
        class: "select compact",
        id,
        "data-testid": `composer-param-${control.id}`,
        onchange: () => {
          const params = { ...this.settings.runtimeParams, [control.id]: select.value };
          this.choose(settle(this.registry, { ...this.settings, runtimeParams: params }));
          find(`#${id}`, this.panel)?.focus();
        },
      },
      control.options.map((option) => {
        const isPossible = supports(option, this.settings.runtimeModel);
        return element("option", { value: option.id, disabled: !isPossible },
          isPossible ? words(option.id) : `${words(option.id)} (not with this model)`);
      }),
    );
    select.value = this.settings.runtimeParams[control.id] ?? "";
    return element("div", { class: "field" }, element("label", { for: id }, control.name), select);
  }
}
