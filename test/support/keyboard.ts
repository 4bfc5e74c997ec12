import type { Page } from "playwright-core";

const MOST_STOPS = 90;

/** Somebody who has a keyboard only, and has to see where they are. */
export class Keyboard {
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Presses Tab until what has this name (and tag) is focused. */
  async tabTo(name: string | RegExp, tag?: string): Promise<void> {
    const passed: string[] = [];
    for (let stop = 0; stop < MOST_STOPS; stop += 1) {
      await this.page.keyboard.press("Tab");
      const focus = await this.focus();
      if (!focus.visible) throw new Error(`the focus can't be seen on ${focus.tag} ${focus.name}`);
      passed.push(`${focus.tag} ${focus.name}`);
      const named = typeof name === "string" ? focus.name === name : name.test(focus.name);
      if (named && (tag === undefined || focus.tag === tag)) return;
    }
    throw new Error(`Tab never came to ${name}, only to:\n${passed.join("\n")}`);
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.press("ControlOrMeta+A");
    await this.page.keyboard.type(text);
  }

  /** Activates what is focused, and waits for the page that it leads to. */
  async enter(): Promise<void> {
    const loaded = this.page.waitForEvent("load");
    await this.page.keyboard.press("Enter");
    await loaded;
  }

  private async focus(): Promise<{ tag: string; name: string; visible: boolean }> {
    return this.page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      const labels = "labels" in element ? (element as HTMLInputElement).labels : null;
      const name =
        element.getAttribute("aria-label") ?? labels?.[0]?.innerText ?? element.innerText ?? "";
      const box = element.getBoundingClientRect();
      const outlined = getComputedStyle(element).outlineStyle !== "none";
      return {
        tag: element.tagName.toLowerCase(),
        name: name.replace(/\s+/g, " ").trim(),
        visible: outlined && box.width > 0 && box.bottom > 0 && box.top < innerHeight,
      };
    });
  }
}
