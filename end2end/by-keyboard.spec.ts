// Whole journeys without a pointer, and what those hear who do not see: names, roles and what is announced.
import { enter, expect, hydrated, type Page, test } from "./fixtures.ts";

/** Presses Tab until what has the focus is called that, as somebody does who hears each stop. */
async function tabTo(page: Page, role: "button" | "link" | "field", name: string | RegExp): Promise<void> {
  const wanted = role === "field" ? page.getByLabel(name) : page.getByRole(role, { name });
  const heard: string[] = [];
  for (let stops = 0; stops < 60; stops += 1) {
    await page.keyboard.press("Tab");
    if ((await wanted.and(page.locator(":focus")).count()) > 0) return;
    heard.push(await page.evaluate(() => (document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "").trim().slice(0, 40)));
  }
  throw new Error(`no Tab stop is the ${role} ${String(name)}: ${heard.join(" | ")}`);
}

test("@js @desktop r02 r06 a report and a reply by keyboard alone", async ({ page, visit, api }) => {
  await visit("/");
  await tabTo(page, "button", /^Campus|report/i);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/tickets/);
  await hydrated(page);
  await tabTo(page, "link", "Report a problem");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/tickets\/new$/);
  await tabTo(page, "field", "What is wrong?");
  await page.keyboard.type("The Wi-Fi drops every few minutes");
  // What the machine makes of it is announced while it is typed.
  await expect(page.getByRole("status").filter({ hasText: "Technical IT" })).toBeVisible();
  await tabTo(page, "field", /^Where/);
  await page.keyboard.type("Library, third floor");
  await tabTo(page, "button", "Send report");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/sent$/);
  // Where somebody is after a page changed is said: the heading has the focus.
  await expect(page.locator(":focus")).toHaveRole("heading");
  await tabTo(page, "link", "See your report");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/tickets\/\d+$/);
  const id = Number(/tickets\/(\d+)/.exec(page.url())?.[1]);
  await tabTo(page, "field", "Message to the helpdesk");
  await page.keyboard.type("It blinks red.");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText("It blinks red.")).toBeVisible();
  await expect.poll(async () => (await api.getTicket(id)).messages).toBe(1);
});

test("@js @desktop r05 staff answer and close by keyboard alone", async ({ page, api, context, server }) => {
  await enter(context, server.url, "staff");
  const { id } = await api.openTicket("The blackboard's lamp flickers in room 7");
  await page.goto("/helpdesk?q=blackboard");
  await hydrated(page);
  await tabTo(page, "link", /The blackboard's lamp flickers/);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/helpdesk/tickets/${id}$`));
  await tabTo(page, "button", /^Start work/);
  await page.keyboard.press("Enter");
  await expect.poll(async () => (await api.getTicket(id)).status).toBe("active");
  await expect(page.getByRole("button", { name: /^Close/ }).first()).toBeVisible();
  await tabTo(page, "field", /^Message/);
  await page.keyboard.type("The lamp is new.");
  await page.keyboard.press("Control+Enter");
  // While it is on its way, nothing else is done to the ticket.
  await expect(page.getByRole("textbox", { name: /^Message/ })).toHaveValue("");
  await expect(page.getByRole("button", { name: /^Close/ })).toBeEnabled();
  await tabTo(page, "button", /^Close/);
  await page.keyboard.press("Enter");
  await expect.poll(async () => (await api.getTicket(id)).status).toBe("closed");
});

test("@js @desktop staff merge a duplicate and undo it by keyboard alone, and never lose their place", async ({ page, api, context, server }) => {
  await enter(context, server.url, "staff");
  const into = await api.openTicket("The sundial in the herb garden is loose", { place: "Herb garden" });
  const { id } = await api.openTicket("The herb garden's sundial is loose", { place: "Herb garden" });
  await page.goto(`/helpdesk/tickets/${id}`);
  await hydrated(page);
  await tabTo(page, "link", "Merge into another ticket");
  await page.keyboard.press("Enter");
  await expect(page.locator("#merge:focus")).toHaveCount(1);
  await tabTo(page, "link", "Cancel");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("link", { name: "Merge into another ticket" })).toBeFocused();
  await page.keyboard.press("Enter");
  await tabTo(page, "button", `Merge into ${into.id}`);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("link", { name: `Merged into ticket ${into.id}` })).toBeVisible();
  await expect(page.locator(":focus")).toHaveRole("heading");
  await tabTo(page, "button", "Undo");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("link", { name: "Merge into another ticket" })).toBeVisible();
  await expect(page.locator(":focus")).toHaveCount(1);
});

test("@js @desktop r16 from an analysis to its tickets by keyboard alone", async ({ page, context, campus }) => {
  await enter(context, campus.url, "staff");
  await page.goto(`${campus.url}/helpdesk/analytics?show=categories&count=30&unit=d`);
  await hydrated(page);
  // A chart is a picture; its table leads on.
  const number = page.getByRole("table").first().getByRole("link").first();
  const count = Number(await number.textContent());
  await page.keyboard.press("Tab");
  for (let stops = 0; stops < 80 && !(await number.evaluate((element) => element === document.activeElement)); stops += 1) await page.keyboard.press("Tab");
  await expect(number).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/helpdesk\?/);
  await expect(page.getByText(new RegExp(`\\b${count}\\b`)).first()).toBeVisible();
});

test("@js @desktop the accessibility tree names what is there", async ({ page, visit, samples, context, server }) => {
  await visit("/tickets/new");
  await expect(page.locator("body")).toMatchAriaSnapshot(`
    - link "Skip to content"
    - banner:
      - link /Campusdesk/
      - navigation:
        - link "Report a problem"
        - link "Reports"
    - main:
      - heading "Report a problem" [level=1]
      - textbox "What is wrong?"
      - status: The right team is found while you type.
      - textbox /Where/
      - button "Send report"
    - contentinfo:
      - group "Language":
        - button "English" [pressed]
        - button "Deutsch"
  `);
  await visit(`/tickets/${samples.active.id}`);
  await expect(page.getByRole("main")).toMatchAriaSnapshot(`
    - main:
      - status
      - article:
        - heading "Ticket ${samples.active.id}" [level=1]
        - region "Conversation":
          - heading "Conversation" [level=2]
          - list
        - status
        - textbox "Message to the helpdesk"
        - button "Choose photos"
        - button "Send"
  `);
  await enter(context, server.url, "staff");
  await visit("/helpdesk");
  await expect(page.getByRole("main")).toMatchAriaSnapshot(`
    - heading /.+/ [level=1]
    - search:
      - searchbox "Search"
      - combobox "Category"
    - table:
      - rowgroup:
        - row:
          - columnheader "What"
          - columnheader "Status"
  `);
});

test("@js forced colours keep what says where one is and what is chosen", async ({ page, visit, context, server }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await visit("/tickets/new");
  // Whoever forces colours sees borders where others see grounds.
  for (const control of [page.getByRole("button", { name: "Send report" }), page.getByLabel("What is wrong?"), page.getByLabel(/^Where/)]) {
    const border = await control.evaluate((element) => {
      const { borderTopStyle, borderTopWidth, outlineStyle } = getComputedStyle(element);
      return (borderTopStyle !== "none" && Number.parseFloat(borderTopWidth) > 0) || outlineStyle !== "none";
    });
    expect.soft(border, await control.evaluate((element) => element.outerHTML.slice(0, 80))).toBe(true);
  }
  const seen = async (selector: string) =>
    await page.locator(selector).first().evaluate((element) => {
      const { color, backgroundColor, outlineStyle, borderBottomWidth, textDecorationLine } = getComputedStyle(element);
      return [color, backgroundColor, outlineStyle, borderBottomWidth, textDecorationLine].join(" ");
    });
  expect.soft(await seen(".site-header nav a[aria-current]"), "the page that is shown").not.toBe(await seen(".site-header nav a:not([aria-current])"));
  expect.soft(await seen("button[aria-pressed=true]"), "the language that is chosen").not.toBe(await seen(".language-switch button[aria-pressed=false]"));
  await enter(context, server.url, "staff");
  await visit("/helpdesk");
  expect.soft(await seen("nav a[aria-current]"), "the view that is shown").not.toBe(await seen("nav a:not([aria-current])"));
});
