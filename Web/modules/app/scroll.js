// Follows the end of a scrolling box for those who are near it, and offers a way back to it for those who are not.

import { element, icon } from "../dom.js";

const near = 80;

export class Follower {
  /** `content` is what grows inside `root`. */
  constructor(root, content) {
    this.root = root;
    this.following = true;
    this.unseen = 0;
    this.top = 0;
    this.height = 0;
    this.meantAt = -Infinity;
    this.label = element("span", {}, "Jump to latest");
    this.button = element("button", { class: "button jump bar", type: "button", hidden: true, onclick: () => this.toEnd() },
      icon("arrow-down"), this.label);
    root.after(this.button);
    // Only a person's own scrolling ends following: content that shrinks moves the box as well.
    root.addEventListener("scroll", () => this.look(), { passive: true });
    root.addEventListener("wheel", ({ deltaY }) => deltaY < 0 && this.mean(), { passive: true });
    root.addEventListener("touchmove", () => this.mean(), { passive: true });
    root.addEventListener("keydown", ({ key }) => ["ArrowUp", "PageUp", "Home"].includes(key) && this.mean());
    new ResizeObserver(() => this.following && this.stick()).observe(content);
    new ResizeObserver(() => this.following && this.stick()).observe(root);
  }

  get distance() {
    return this.root.scrollHeight - this.root.scrollTop - this.root.clientHeight;
  }

  /** The person is about to scroll up; the box has not moved yet, and may not move at all. */
  mean() {
    this.meantAt = performance.now();
  }

  look() {
    const { scrollTop: top, scrollHeight: height } = this.root;
    const isUp = top < this.top - 1 && height >= this.height;
    const isDown = top > this.top + 1;
    const isMeant = performance.now() - this.meantAt < 500;
    this.top = top;
    this.height = height;
    // Even a little is enough when it is meant: whoever reads is not pulled back to the end with every word.
    if (isUp && (isMeant || this.distance >= near)) this.following = false;
    else if (!this.sticking && (isDown || this.distance < 1) && this.distance < near) this.following = true;
    if (this.following) this.reset();
  }

  /** Stops following, because a place of its own is gone to. */
  leave() {
    this.following = false;
  }

  stick() {
    this.sticking = true;
    this.root.scrollTop = this.root.scrollHeight;
    this.top = this.root.scrollTop;
    this.height = this.root.scrollHeight;
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
