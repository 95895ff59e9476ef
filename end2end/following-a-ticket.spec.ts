// R3, R10: somebody looks for what is open or active, whoever reported it, adds what they know, and meets what is closed.
import { arriveAtConfirmation, changes, choose, hold, mark, report, reportForm, rpc, search } from "./doing.ts";
import { type Api, expect, hydrated, test } from "./fixtures.ts";

/** A ticket of each status, all three with the word. */
async function oneOfEach(api: Api, word: string): Promise<{ open: number; active: number; closed: number }> {
  const open = await api.openTicket(`The elevator is stuck ${word} first`, { place: "Tower" });
  const active = await api.openTicket(`No wifi ${word} second`, { place: "Library" });
  const closed = await api.openClosed(`The canteen's food was cold ${word} third`);
  await api.activate(active.id);
  return { open: open.id, active: active.id, closed: closed.id };
}

test.describe("in the list", () => {
  test.use({ role: "requester" });

  test("r03 somebody sees everybody's open and active tickets and no closed one", async ({ page, api, visit }) => {
    const word = mark();
    await oneOfEach(api, word);
    await visit("/tickets");
    await search(page, word);
    const cards = page.locator("main").getByRole("listitem");
    await expect(cards).toHaveCount(2);
    await expect(cards.filter({ hasText: "first" })).toContainText(/Open.*Facility management/s);
    await expect(cards.filter({ hasText: "second" })).toContainText(/Active.*Technical IT/s);
    await expect(page).toHaveURL(new RegExp(`[?&]q=${word}`));
    // Not even by asking for it.
    await visit(`/tickets?status=closed&q=${word}`);
    await expect(page.locator("main")).not.toContainText("third");
    await expect(page.getByText("Nothing matches")).toBeVisible();
  });

  test("r03 search, category, status and order are in the address, and Back works", async ({ page, api, visit, withJs }) => {
    const word = mark();
    await oneOfEach(api, word);
    await visit("/tickets");
    await search(page, word.slice(0, -2).toUpperCase());
    const cards = page.locator("main").getByRole("listitem");
    await expect(cards).toHaveCount(2);
    await choose(page, withJs, "Category", "Technical IT");
    await expect(page).toHaveURL(/category=technical-it/);
    await expect(cards).toHaveCount(1);
    await expect(cards).toContainText("second");
    await choose(page, withJs, "Status", "Open");
    await expect(page.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
    await page.goBack();
    await expect(cards).toHaveCount(1);
    await expect(page.getByLabel("Category", { exact: true })).toHaveValue("technical-it");
    await page.goBack();
    await expect(cards).toHaveCount(2);
    await expect(page.getByRole("searchbox")).toHaveValue(word.slice(0, -2).toUpperCase());
    await choose(page, withJs, "Order", "Oldest first");
    await expect(page).toHaveURL(/sort=oldest/);
    await expect(cards.first()).toContainText("first");
    await choose(page, withJs, "Order", "Newest first");
    await expect(cards.first()).toContainText("second");
    // The address alone is the view.
    await visit(`/tickets?q=${word}&status=active`);
    await expect(cards).toHaveCount(1);
    await expect(page.getByLabel("Status", { exact: true })).toHaveValue("active");
  });

  test("r03 the search finds places and messages, beginnings of words, and letters without their accents", async ({ page, api, visit }) => {
    const word = mark();
    const { id } = await api.openTicket("The sink is clogged", { place: `Gebäude ${word}` });
    await api.postMessage(id, `The café ${word} too`);
    await visit("/tickets");
    for (const words of [word, `gebaude ${word.slice(0, 12)}`, `cafe ${word}`]) {
      await search(page, words);
      await expect(page).toHaveURL(new RegExp(`q=${words.slice(0, 4)}`));
      await expect(page.locator("main").getByRole("listitem")).toHaveCount(1);
      await expect(page.locator("main").getByRole("listitem")).toContainText("The sink is clogged");
    }
  });

  test("r03 many tickets come in pages, each with an address of its own", async ({ page, api, visit }) => {
    const word = mark();
    for (let n = 1; n <= 27; n += 1) await api.openTicket(`Lamp ${word} number ${n}.`);
    await visit(`/tickets?q=${word}&sort=newest`);
    const cards = page.locator("main").getByRole("listitem");
    await expect(cards).toHaveCount(25);
    await expect(cards.first()).toContainText("number 27.");
    await page.getByRole("link", { name: "Next page" }).click();
    await expect(cards).toHaveCount(2);
    await expect(cards.last()).toContainText("number 1.");
    await expect(page).toHaveURL(/after=.+/);
    await expect(page).toHaveURL(new RegExp(`q=${word}`));
    await expect(page.getByRole("link", { name: "Next page" })).toHaveCount(0);
    await page.goBack();
    await expect(cards).toHaveCount(25);
    await page.goForward();
    await expect(cards).toHaveCount(2);
    await page.getByRole("link", { name: "Back to the first page" }).click();
    await expect(cards).toHaveCount(25);
  });

  test("a list with nothing to show says what to do", async ({ someone, startServer }) => {
    const quiet = await startServer();
    const page = await someone({ as: "requester", to: quiet });
    await page.goto("/tickets");
    await hydrated(page);
    await expect(page.getByRole("heading", { name: "Nothing is broken right now" })).toBeVisible();
    await expect(page.getByRole("main").getByRole("link", { name: "Report a problem" })).toBeVisible();
    await search(page, "nothing");
    await expect(page.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
    await page.getByRole("link", { name: "Clear filters" }).click();
    await expect(page).toHaveURL(`${quiet.url}/tickets`);
    await expect(page.getByRole("heading", { name: "Nothing is broken right now" })).toBeVisible();
    await expect(page.getByRole("searchbox")).toHaveValue("");
  });

  test("an address that asks for what is not there says so and offers a way on", async ({ page, visit, faults }) => {
    faults.expect(/status of 422/);
    const answer = await page.goto("/tickets?category=plumbing");
    expect(answer?.status()).toBe(422);
    await expect(page.getByText(/category has to be one of .*technical-it.*“plumbing”/)).toBeVisible();
    await visit("/tickets?after=%00broken");
    await expect(page.getByText(/after is not a place in this list/)).toBeVisible();
  });

  test("r03 what was reported on this device comes first", async ({ page, api }) => {
    const word = mark();
    await api.openTicket(`Somebody else's broken chair ${word}`);
    const id = await report(page, `My broken chair ${word}`);
    await api.openTicket(`Another one's broken chair ${word}`);
    await page.goto("/tickets");
    await hydrated(page);
    const mine = page.getByRole("region", { name: "Reported on this device" });
    await expect(mine.getByRole("listitem")).toHaveCount(1);
    await expect(mine).toContainText(`#${id}`);
    await expect(page.getByRole("region", { name: "Everybody’s reports" })).toContainText("Another one's");
    await search(page, word);
    await expect(mine).toHaveCount(0);
  });
});

test("r03 r09 r10 anybody changes what a ticket says, in place", async ({ page, api, visit }) => {
  const word = mark();
  const ticket = await api.openTicket(`The elevator is stuck ${word}`, { place: "Tower" });
  await visit(`/tickets/${ticket.id}`);
  await page.getByRole("link", { name: "Edit" }).click();
  const box = page.getByLabel("What is wrong", { exact: true });
  await expect(box).toHaveValue(`The elevator is stuck ${word}`);
  await page.getByRole("link", { name: "Cancel" }).click();
  await expect(box).toHaveCount(0);
  await page.getByRole("link", { name: "Edit" }).click();
  await box.fill(`There is no wifi ${word}`);
  await page.getByLabel("Place").fill("Library");
  await page.getByRole("button", { name: "Save changes" }).click();

  await expect(page).toHaveURL(new RegExp(`/tickets/${ticket.id}$`));
  await expect(page.locator(".ticket-text")).toContainText(`There is no wifi ${word}`);
  await expect(page.locator(".ticket-text")).toContainText("Library");
  await expect(page.locator(".ticket-head")).toContainText(/Technical IT\s*because of “/);
  await expect(changes(page)).toHaveCount(4);
  await expect(changes(page).nth(1)).toContainText("Description changed by Reporter");
  await expect(page.locator(".timeline")).toContainText("Place: Tower → Library by Reporter");
  await expect(page.locator(".timeline")).toContainText("Category: Facility management → Technical IT because of “wifi” by Reporter");

  const now = await api.getTicket(ticket.id);
  expect(now).toMatchObject({ description: `There is no wifi ${word}`, place: "Library", category: "technical-it", status: "open" });
  expect(now.opened_at).toBe(ticket.opened_at);
  expect(Date.parse(now.modified_at)).toBeGreaterThan(Date.parse(ticket.modified_at));
});

test("an edit that breaks a rule comes back with its text and a sentence", async ({ page, api, visit, faults }) => {
  faults.expect(/status of 422/);
  const ticket = await api.openTicket(`The lamp is broken ${mark()}`);
  await visit(`/tickets/${ticket.id}?edit`);
  const box = page.getByLabel("What is wrong", { exact: true });
  await box.evaluate((area: HTMLTextAreaElement) => {
    area.value = "both lamps\u0001are broken";
  });
  await page.getByLabel("Place").fill("Cellar");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "The description (what is wrong) contains a control character (U+0001)" })).toBeVisible();
  await expect(box).toHaveValue("both lamps\u0001are broken");
  await expect(page.getByLabel("Place")).toHaveValue("Cellar");
  expect(await api.getTicket(ticket.id)).toMatchObject({ description: ticket.description, place: null });
});

test("r03 two who edit at once: the second sees both texts, loses neither and saves again", async ({ page, someone, api, visit, faults }) => {
  faults.expect(/status of 409/);
  const word = mark();
  const { id } = await api.openTicket(`The door is broken ${word}`);
  const other = await someone({ as: "requester" });
  await visit(`/tickets/${id}?edit`);
  await other.goto(`/tickets/${id}?edit`);
  await hydrated(other);
  await other.getByLabel("What is wrong", { exact: true }).fill(`The front door is broken ${word}`);
  await other.getByRole("button", { name: "Save changes" }).click();
  await expect(other).toHaveURL(new RegExp(`/tickets/${id}$`));

  const box = page.getByLabel("What is wrong", { exact: true });
  await box.fill(`The back door is broken ${word}`);
  await page.getByLabel("Place").fill("Rear");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByRole("heading", { name: "Somebody changed this ticket while you were writing" })).toBeVisible();
  await expect(page.locator(".conflict")).toContainText(`The front door is broken ${word}`);
  await expect(box).toHaveValue(`The back door is broken ${word}`);
  await expect(page.getByLabel("Place")).toHaveValue("Rear");
  expect((await api.getTicket(id)).description).toBe(`The front door is broken ${word}`);

  await box.fill(`Front and back doors are broken ${word}`);
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page).toHaveURL(new RegExp(`/tickets/${id}$`));
  await expect(page.locator(".ticket-text")).toContainText(`Front and back doors are broken ${word}`);
  expect(await api.getTicket(id)).toMatchObject({ description: `Front and back doors are broken ${word}`, place: "Rear" });
});

test("r03 whoever meets another's change may keep it instead", async ({ page, api, visit, faults }) => {
  faults.expect(/status of 409/);
  const word = mark();
  const ticket = await api.openTicket(`The tap drips ${word}`);
  await visit(`/tickets/${ticket.id}?edit`);
  await api.editTicket(ticket, { description: `Both taps drip ${word}` });
  await page.getByLabel("What is wrong", { exact: true }).fill(`The left tap drips ${word}`);
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.getByRole("link", { name: "Keep what it says now" }).click();
  await expect(page).toHaveURL(new RegExp(`/tickets/${ticket.id}$`));
  await expect(page.locator(".ticket-text")).toContainText(`Both taps drip ${word}`);
  expect((await api.getTicket(ticket.id)).description).toBe(`Both taps drip ${word}`);
});

test("r03 a closed ticket's link tells that it is closed and when, nothing else, and how to report it again", async ({ page, api, visit, withJs }) => {
  const [word, place, said] = [mark(), mark(), mark()];
  const { id } = await api.openTicket(`The canteen's food is cold ${word}`, { place });
  await api.postMessage(id, said);
  await api.activate(id);
  const closed = await api.close(id);
  for (const path of [`/tickets/${id}`, `/tickets/${id}?edit`, `/tickets/${id}/sent`]) {
    await visit(path);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("This ticket is closed");
    await expect(page.getByRole("main")).toContainText(`Ticket ${id} was closed`);
    await expect(page.getByRole("main").locator("time")).toHaveAttribute("datetime", closed.closed_at as string);
    await expect(composerOf(page)).toHaveCount(0);
    const html = await (await page.request.get(path)).text();
    for (const secret of [word, place, said]) expect(html).not.toContain(secret);
  }
  expect((await api.call("GET", `/tickets/${id}`, "requester")).status()).toBe(404);

  await visit(`/tickets/${id}`);
  await page.getByRole("link", { name: "Report it again" }).click();
  const form = reportForm(page);
  await expect(page.getByText(`This report will point back to ticket ${id}, which was closed.`)).toBeVisible();
  await expect(form.what).toHaveValue("The same problem is back: ");
  await expect(form.what).toBeFocused();
  // Once the page is live, one goes on where it ends; and what nobody wrote goes nowhere.
  if (withJs) await expect(page.locator(".suggestion")).toHaveText("The right team is found while you type.");
  else await form.what.press("Control+End");
  await form.what.pressSequentially("cold again");
  await form.send.click();
  const again = await arriveAtConfirmation(page);
  expect(await api.getTicket(again)).toMatchObject({
    description: "The same problem is back: cold again",
    again_of: id,
    status: "open",
  });
  await page.getByRole("link", { name: "See your report" }).click();
  await expect(page.getByText(`Reports again what was closed as ticket ${id}`)).toBeVisible();
});

test("r03 a ticket that is closed while somebody looks at it takes no edit from them", async ({ page, api, visit, faults }) => {
  faults.expect(/status of 404/);
  const word = mark();
  const { id } = await api.openTicket(`The fan is loud ${word}`);
  await visit(`/tickets/${id}?edit`);
  await api.activate(id);
  await api.close(id);
  await page.getByLabel("What is wrong", { exact: true }).fill(`The fan is very loud ${word}`);
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText(/is closed/).first()).toBeVisible();
  expect((await api.getTicket(id)).description).toBe(`The fan is loud ${word}`);
});

test("r10 the dates on a page are the ticket's, to the millisecond, and said as people say them", async ({ page, api, visit, withJs }) => {
  const word = mark();
  const { id } = await api.openTicket(`The clock is wrong ${word}`);
  await api.postMessage(id, "By two minutes.");
  const ticket = await api.getTicket(id, "requester");
  expect(Date.parse(ticket.modified_at)).toBeGreaterThan(Date.parse(ticket.opened_at));
  await visit(`/tickets/${id}`);
  const times = page.locator(".ticket-head time");
  await expect(times).toHaveCount(2);
  await expect(times.nth(0)).toHaveAttribute("datetime", ticket.opened_at);
  await expect(times.nth(1)).toHaveAttribute("datetime", ticket.modified_at);
  await expect(page.locator(".ticket-head")).not.toContainText("Closed");
  if (withJs) {
    await expect(times.nth(0)).toHaveText("just now");
    // The reader's own time zone, which is not the server's, in the shape that the server writes.
    const local = await page.evaluate((at) => {
      const [date, two] = [new Date(at), (n: number) => String(n).padStart(2, "0")];
      const month = date.toLocaleString("en-US", { month: "short" });
      return `${date.getDate()} ${month} ${date.getFullYear()}, ${two(date.getHours())}:${two(date.getMinutes())}`;
    }, ticket.opened_at);
    await expect(times.nth(0)).toHaveAttribute("title", local);
  } else {
    await expect(times.nth(0)).toHaveText(/^\d+ [A-Z][a-z]+ \d{4}, \d\d:\d\d UTC$/);
  }
  // Looking changes nothing.
  await page.reload();
  expect((await api.getTicket(id)).modified_at).toBe(ticket.modified_at);
});

test("@js @desktop r03 by keyboard the focus goes into an edit, and back to where it began", async ({ page, api, visit }) => {
  const word = mark();
  const { id } = await api.openTicket(`The clock is wrong ${word}`);
  await visit(`/tickets/${id}`);
  const [edit, box] = [page.getByRole("link", { name: "Edit" }), page.getByLabel("What is wrong", { exact: true })];
  await edit.press("Enter");
  await expect(box).toBeFocused();
  await page.getByRole("link", { name: "Cancel" }).press("Enter");
  await expect(edit).toBeFocused();
  await edit.press("Enter");
  await expect(box).toBeFocused();
  await box.fill(`The clock is right ${word}`);
  await page.getByRole("button", { name: "Save changes" }).press("Enter");
  await expect(page.locator(".ticket-text")).toContainText("is right");
  await expect(edit).toBeFocused();
  // What somebody else changes draws the page anew, and takes no focus from anybody.
  await api.postMessage(id, "It is slow, too.");
  await expect(page.getByText("It is slow, too.")).toBeVisible();
  await expect(edit).toBeFocused();
  await edit.blur();
  await api.postMessage(id, "By a minute.");
  await expect(page.getByText("By a minute.")).toBeVisible();
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("BODY");
});

test("@js @desktop an edit is saved once, however often it is pressed", async ({ page, api, visit }) => {
  const word = mark();
  const { id } = await api.openTicket(`The clock is wrong ${word}`);
  await visit(`/tickets/${id}?edit`);
  await page.getByLabel("What is wrong", { exact: true }).fill(`The clock is right ${word}`);
  const posts = await hold(page, rpc("edit_ticket"));
  const save = page.getByRole("button", { name: /Save changes|Saving…/ });
  await save.press("Enter");
  await expect(save).toBeDisabled();
  await expect(save).toBeFocused();
  await page.keyboard.press("Enter");
  await page.getByLabel("Place").press("Enter");
  expect(posts.held()).toBe(1);
  await posts.release();
  await expect(page.locator(".ticket-text")).toContainText("is right");
  expect((await api.getTicket(id)).version).toBe(2);
});

function composerOf(page: import("@playwright/test").Page) {
  return page.locator("form.composer");
}
