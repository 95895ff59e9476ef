// WCAG 2.2 AA on every kind of page, in both themes; one column at 320 px; text at twice its size; targets for a thumb.
import { PAGES } from "./every-page.ts";
import { enter, expect, expectAccessible, expectNoSidewaysScroll, hydrated, test } from "./fixtures.ts";

for (const kind of PAGES) {
  test(`@js ${kind.name}: axe, reflow, text size and targets`, async ({ page, api, samples, campus, startServer, context, faults, isMobile }) => {
    if (kind.fault !== undefined) faults.expect(kind.fault);
    const on = { page, api, samples, campus, startServer };
    // Cookies know no ports.
    if (kind.as !== undefined) await enter(context, campus.url, kind.as);
    await page.goto(await kind.path(on));
    await hydrated(page);
    await kind.then?.(on);
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    if (!isMobile) return;

    const small = await page.evaluate(findSmallTargets);
    expect.soft(small, "controls smaller than 44 px").toEqual([]);

    // Twice the text size, as a browser's setting does: nothing is cut off, nothing is wider than the window.
    await page.evaluate(() => {
      document.documentElement.style.fontSize = "200%";
    });
    await expectNoSidewaysScroll(page);
    expect.soft(await page.evaluate(findCutOffTexts), "cut off at 200 %").toEqual([]);
    await page.evaluate(() => {
      document.documentElement.style.fontSize = "";
    });

    await page.setViewportSize({ width: 320, height: 640 });
    await expectNoSidewaysScroll(page);
  });
}

test("@js reduced motion is honoured", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto("/tickets/new");
  const moving = await page.evaluate(
    () =>
      [...document.querySelectorAll("*")].filter((element) => {
        const { animationName, animationDuration, transitionDuration } = getComputedStyle(element);
        const seconds = (text: string) => Math.max(...text.split(",").map((one) => Number.parseFloat(one)));
        return (animationName !== "none" && seconds(animationDuration) > 0.01) || seconds(transitionDuration) > 0.01;
      }).length,
  );
  expect(moving).toBe(0);
});

test("@js @desktop every control of the report form and the board is reached by Tab, and shows it", async ({ page, visit, campus, context }) => {
  await enter(context, campus.url, "staff");
  for (const path of ["/tickets/new", `${campus.url}/helpdesk?status=active`]) {
    await visit(path);
    // From the very beginning, wherever the page put the focus.
    await page.evaluate(() => {
      document.body.tabIndex = -1;
      document.body.focus();
    });
    const stops = await page.locator("a[href], button:enabled, input:not([type=hidden]), select, textarea, summary").filter({ visible: true }).count();
    const seen = new Set<string>();
    for (let n = 0; n < stops; n += 1) {
      await page.keyboard.press("Tab");
      const stop = await page.evaluate(() => {
        const element = document.activeElement;
        if (element === null || element === document.body || element === document.documentElement) return null;
        const ring = (of: CSSStyleDeclaration) => of.outlineStyle !== "none" && Number.parseFloat(of.outlineWidth) >= 2;
        const shows = ring(getComputedStyle(element)) || ring(getComputedStyle(element, "::after"));
        return { shows, html: element.outerHTML.slice(0, 120) };
      });
      if (stop === null) break;
      expect.soft(stop.shows, `focus is seen on ${stop.html}`).toBe(true);
      seen.add(stop.html);
    }
    expect(seen.size, "stops").toBeGreaterThan(8);
  }
});

/** Controls that a thumb has to hit and whose box is smaller than 44 px. Links within a sentence are none. */
function findSmallTargets(): string[] {
  const LEAST = 43.5; // Layout rounds.
  const controls = document.querySelectorAll<HTMLElement>("a[href], button, input:not([type=hidden]), select, textarea, summary");
  const small: string[] = [];
  for (const control of controls) {
    if (!control.checkVisibility({ visibilityProperty: true })) continue;
    // A label around a box is part of its target, a card around its link likewise.
    const wide = getComputedStyle(control, "::after").position === "absolute" ? control.closest("li, tr") : null;
    const target = wide ?? control.closest("label") ?? control;
    const { width, height } = target.getBoundingClientRect();
    const { display, clipPath } = getComputedStyle(control);
    if (clipPath !== "none") continue; // The skip link, until it has the focus.
    const inSentence = control.tagName === "A" && display === "inline" && wide === null;
    if (!inSentence && (width < LEAST || height < LEAST)) small.push(`${Math.round(width)}×${Math.round(height)} ${control.outerHTML.slice(0, 100)}`);
  }
  return small;
}

/** Buttons, labels, headings and cells whose text does not fit into them. */
function findCutOffTexts(): string[] {
  return [...document.querySelectorAll<HTMLElement>("button, .button, a.choice, label, h1, h2, h3, th, td, summary, .chip, .status, .category")]
    .filter((element) => element.checkVisibility() && getComputedStyle(element).overflowX !== "visible" && !element.className.includes("hidden"))
    .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1)
    .map((element) => element.outerHTML.slice(0, 120));
}
