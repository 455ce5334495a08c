// On narrow screens the list of settings pages is a select; choosing goes there.

export function mount(select) {
  select.addEventListener("change", () => location.assign(select.value));
}
