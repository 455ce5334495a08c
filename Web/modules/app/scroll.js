// Follows the end of a scrolling box for those who are near it, and offers a way back to it for those who are not.

import { element, icon } from "../dom.js";

const near = 80;

export class Follower {
  /** `content` is what grows inside `root`. */
  constructor(root, content) {
    this.root = root;
    this.following = true;
    this.unseen = 0;
    this.label = element("span", {}, "Jump to latest");
    this.button = element("button", { class: "button jump bar", type: "button", hidden: true, onclick: () => this.toEnd() },
      icon("arrow-down"), this.label);
    root.after(this.button);
    // Only a person's own scrolling ends following: content that shrinks moves the box as well.
    root.addEventListener("scroll", () => this.look(), { passive: true });
    root.addEventListener("wheel", ({ deltaY }) => deltaY < 0 && this.leave(), { passive: true });
    new ResizeObserver(() => this.following && this.stick()).observe(content);
    new ResizeObserver(() => this.following && this.stick()).observe(root);
  }

  get distance() {
    return this.root.scrollHeight - this.root.scrollTop - this.root.clientHeight;
  }

  look() {
    if (this.sticking) return;
    this.following = this.distance < near;
    if (this.following) this.reset();
  }

  /** Stops following when there is something above to read, or `always` when a place of its own is gone to. */
  leave({ always = false } = {}) {
    if (always) this.following = false;
    else if (this.root.scrollHeight > this.root.clientHeight && this.distance >= near) this.following = false;
  }

  stick() {
    this.sticking = true;
    this.root.scrollTop = this.root.scrollHeight;
    requestAnimationFrame(() => (this.sticking = false));
  }

  toEnd() {
    this.following = true;
    this.reset();
    this.stick();
  }

  /** Something was added; `isNew` when it is a message of its own. */
  grew(isNew = false) {
    if (this.following) return;
    if (isNew) this.unseen += 1;
    if (this.distance < near) return;
    this.button.hidden = false;
    this.label.textContent = this.unseen ? `Jump to latest (${this.unseen} new)` : "Jump to latest";
  }

  reset() {
    this.unseen = 0;
    this.button.hidden = true;
  }
}
