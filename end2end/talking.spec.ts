// R6: whoever reported and whoever helps talk under the ticket, and staff among themselves.
import { composer, events, hold, mark, messages, rpc, say } from "./doing.ts";
import { expect, hydrated, test } from "./fixtures.ts";

test("r06 a simple user and the helpdesk exchange messages", async ({ page, someone, api, visit }) => {
  const { id } = await api.openTicket(`The radiator is cold ${mark()}`);
  const staff = await someone({ as: "staff" });
  await visit(`/tickets/${id}`);
  await expect(page.getByText("No messages yet.")).toBeVisible();
  await say(page, "It is 15 degrees in here.");
  await expect(messages(page)).toHaveCount(1);
  await expect(page.getByText("No messages yet.")).toHaveCount(0);

  await staff.goto(`/helpdesk/tickets/${id}`);
  await hydrated(staff);
  await expect(messages(staff)).toHaveText([/It is 15 degrees in here\./]);
  await expect(messages(staff).first()).not.toHaveClass(/message-mine/);
  await say(staff, "Somebody is on the way.");
  await expect(messages(staff).last()).toHaveClass(/message-mine/);
  await expect(messages(staff).last()).toContainText("Helpdesk");

  await visit(`/tickets/${id}`);
  await expect(messages(page)).toHaveText([/Reporter.*It is 15 degrees in here\./s, /Helpdesk.*Somebody is on the way\./s]);
  await expect(messages(page).first()).toHaveClass(/message-mine/);

  expect(await api.listMessages(id, "requester")).toMatchObject([
    { role: "requester", body: "It is 15 degrees in here.", internal: false },
    { role: "staff", body: "Somebody is on the way.", internal: false },
  ]);
  expect(await api.getTicket(id)).toMatchObject({ messages: 2, version: 1 });
});

test("r06 anybody may write under anybody's active ticket, in lines and letters of their own", async ({ page, api, visit }) => {
  const { id } = await api.openTicket(`The radiator is cold ${mark()}`);
  await api.activate(id);
  const body = "Line one\n\n  line three: ½ – 日本語 – <i>as is</i>";
  await visit(`/tickets/${id}`);
  await composer(page).box.fill(body);
  await composer(page).send.click();
  await expect(composer(page).box).toHaveValue("");
  await expect(messages(page).locator(".message-body")).toHaveText(body, { useInnerText: true });
  expect((await api.listMessages(id))[0]?.body).toBe(body);
});

test("r06 an internal note is the staff's alone", async ({ page, someone, api, visit }) => {
  const word = mark();
  const { id } = await api.openTicket("The radiator is cold");
  const staff = await someone({ as: "staff" });
  await staff.goto(`/helpdesk/tickets/${id}`);
  await hydrated(staff);
  const { form, box, send } = composer(staff);
  const ground = () => form.evaluate((element) => getComputedStyle(element).backgroundColor);
  const plain = await ground();
  await expect(send).toHaveAccessibleName("Send");
  await expect(box).toHaveAccessibleName("Message to the reporter");
  await form.getByLabel("Internal note, for staff only").check();
  await expect(send).toHaveAccessibleName("Add internal note");
  await expect(box).toHaveAccessibleName("Internal note");
  expect(await ground(), "the whole composer turns yellow").not.toBe(plain);
  await box.fill(`Order a valve ${word}`);
  await form.getByRole("button", { name: "Add internal note" }).click();
  await expect(messages(staff).filter({ hasText: word })).toHaveClass(/message-note/);
  await expect(messages(staff).filter({ hasText: word })).toContainText("Internal note");
  await expect(box).toHaveValue("");

  await visit(`/tickets/${id}`);
  await expect(page.getByText("No messages yet.")).toBeVisible();
  expect(await (await page.request.get(`/tickets/${id}`)).text()).not.toContain(word);
  expect(await (await page.request.get(`/tickets?q=${word}`)).text()).not.toContain("The radiator is cold");
  for (const path of [`/tickets/${id}/messages`, `/tickets/${id}/history`, `/tickets/${id}`]) {
    expect(await (await api.call("GET", path, "requester")).text()).not.toContain(word);
  }
  expect((await api.getTicket(id, "requester")).messages).toBe(0);
  expect(await api.listMessages(id, "staff")).toMatchObject([{ internal: true, role: "staff", body: `Order a valve ${word}` }]);
});

test("@once r06 no door of a requester's leads to an internal note", async ({ page, api, server }) => {
  const word = mark();
  const { id } = await api.openTicket(`The radiator is cold ${word}`);
  const said = `secret${word}`;
  const { id: note } = await api.postMessage(id, said, { as: "staff", internal: true });
  await api.postMessage(id, "Somebody is on the way.", { as: "staff" });

  const doors = new Map<string, string>();
  const read = (path: string, form?: Record<string, string>) =>
    form === undefined ? page.request.get(path) : page.request.post(path, { form, headers: { Accept: "application/json" } });
  for (const path of [`/tickets/${id}`, `/tickets/${id}?before=999999999`, `/tickets/${id}/sent`, `/tickets/${id}/claim`, `/tickets?q=${word}`]) {
    doors.set(path, await (await read(path)).text());
  }
  const functions = { get_ticket: { id: `${id}`, before: "" }, list_tickets: { query: `q=${word}` }, get_confirmation: { id: `${id}` } };
  for (const [name, form] of Object.entries(functions)) {
    const answer = await read(`/rpc/${name}`, form);
    expect(answer.status(), name).toBe(200);
    doors.set(name, await answer.text());
  }
  for (const path of ["", "/messages", "/history"]) {
    doors.set(`REST ${path}`, await (await api.call("GET", `/tickets/${id}${path}`, "requester")).text());
  }
  doors.set("REST list", await (await api.call("GET", `/tickets?q=${word}`, "requester")).text());
  for (const path of ["/api/v1/events?after=0", `/api/v1/events?ticket=${id}&after=0`, "/api/v1/events?board=requester&after=0", `/rpc/events?ticket=${id}&after=0`]) {
    doors.set(path, await hear(`${server.url}${path}`));
  }
  for (const [door, told] of doors) {
    expect(told, door).not.toContain(said);
    expect(told, door).not.toMatch(/"(what|event)":"note"|^event: note/m);
    // Each of them does tell of the ticket.
    if (door !== `/tickets/${id}/claim`) expect(told, door).toMatch(new RegExp(`\\b${id}\\b`));
  }
  // Not even its words or its number are found, and nothing counts it.
  for (const path of [`/tickets?q=${said}`, `/tickets?q=secret+${word}`]) {
    expect(await (await api.call("GET", path, "requester")).json(), path).toMatchObject({ tickets: [] });
    expect(await (await read(path)).text(), path).not.toContain("The radiator is cold");
  }
  expect((await api.getTicket(id, "requester")).messages).toBe(1);
  expect((await api.listMessages(id, "requester")).map((message) => message.id)).not.toContain(note);
  expect((await api.listHistory(id, "requester")).map((row) => row.what)).toEqual(["opened", "message"]);
  expect((await api.call("GET", `/tickets?q=${said}`, "staff")).ok()).toBe(true);
  expect((await (await api.call("GET", `/tickets?q=${said}`, "staff")).json()).tickets).toHaveLength(1);
});

/** What a stream tells a requester in its first second. */
async function hear(url: string): Promise<string> {
  const answer = await fetch(url, { headers: { "Campusdesk-Role": "requester" }, signal: AbortSignal.timeout(1_000) });
  expect(answer.status, url).toBe(200);
  const decoder = new TextDecoder();
  let told = "";
  try {
    for await (const bytes of answer.body as unknown as AsyncIterable<Uint8Array>) told += decoder.decode(bytes, { stream: true });
  } catch (error) {
    if ((error as Error).name !== "TimeoutError") throw error;
  }
  return told;
}

test("r06 under a closed ticket staff add internal notes and nobody anything else", async ({ someone, api, faults }) => {
  const { id } = await api.openClosed(`The radiator was cold ${mark()}`);
  const staff = await someone({ as: "staff" });
  await staff.goto(`/helpdesk/tickets/${id}`);
  await hydrated(staff);
  await expect(staff.getByText("The ticket is closed: only internal notes can be added.")).toBeVisible();
  await composer(staff).box.fill("It was the valve.");
  await composer(staff).form.getByRole("button", { name: "Add internal note" }).click();
  await expect(messages(staff)).toHaveClass(/message-note/);
  expect(await api.listMessages(id)).toMatchObject([{ internal: true }]);
  faults.expect(/status of 409/);
  expect((await api.call("POST", `/tickets/${id}/messages`, "staff", { body: "Hello?" })).status()).toBe(409);
  expect((await api.call("POST", `/tickets/${id}/messages`, "requester", { body: "Hello?" })).status()).toBe(404);
});

test("r06 a message to a ticket that was just closed keeps its text and says why", async ({ page, api, visit, faults }) => {
  faults.expect(/status of 404/);
  // The page does not hear of it in time.
  await hold(page, events);
  const { id } = await api.openTicket(`The radiator is cold ${mark()}`);
  await visit(`/tickets/${id}`);
  await api.activate(id);
  await api.close(id);
  await composer(page).box.fill("Still cold!");
  await composer(page).send.click();
  await expect(page.getByText(/is closed/).first()).toBeVisible();
  expect(await api.listMessages(id)).toEqual([]);
});

test("a message with a control character comes back with its text", async ({ page, api, visit, faults }) => {
  faults.expect(/status of 422/);
  const { id } = await api.openTicket(`The radiator is cold ${mark()}`);
  await visit(`/tickets/${id}`);
  const { box, send, failure } = composer(page);
  await box.evaluate((area: HTMLTextAreaElement) => {
    area.value = "cold\u001bfeet";
  });
  await send.click();
  await expect(failure).toContainText("The message contains a control character (U+001B)");
  await expect(box).toHaveValue("cold\u001bfeet");
  // The rest of the page is whole: its links lead on from the form's own address, too.
  await expect(page.getByRole("link", { name: "Edit" })).toHaveAttribute("href", `/tickets/${id}?edit`);
  await box.fill("cold feet");
  await send.click();
  await expect(box).toHaveValue("");
  await expect(messages(page)).toHaveText([/cold feet/]);
  expect(await api.listMessages(id)).toHaveLength(1);
});

test("@js @desktop r06 Ctrl+Enter sends a message, and the page stays where it is", async ({ page, api, visit }) => {
  const { id } = await api.openTicket(`The radiator is cold ${mark()}`);
  await visit(`/tickets/${id}`);
  await page.evaluate(() => Object.assign(window, { stayed: true }));
  await composer(page).box.fill("By keyboard.");
  await page.keyboard.press("Control+Enter");
  await expect(messages(page)).toHaveText([/By keyboard\./]);
  await expect(composer(page).box).toHaveValue("");
  expect(await page.evaluate(() => "stayed" in window)).toBe(true);
});

test("@js r06 a message on its way stands there as being sent", async ({ page, api, visit }) => {
  const { id } = await api.openTicket(`The radiator is cold ${mark()}`);
  await visit(`/tickets/${id}`);
  const posts = await hold(page, rpc("post_message"));
  const { box, send } = composer(page);
  await box.fill("Are you there?");
  await send.click();
  await expect(page.locator(".message-sending")).toContainText("Are you there?");
  await expect(page.locator(".message-sending")).toContainText("Sending…");
  await expect(send).toBeDisabled();
  await send.click({ force: true });
  expect(posts.held()).toBe(1);
  await posts.release();
  await expect(page.locator(".message-sending")).toHaveCount(0);
  await expect(messages(page)).toHaveText([/Are you there\?/]);
  await expect(box).toHaveValue("");
  await expect(send).toBeEnabled();
  expect(await api.listMessages(id)).toHaveLength(1);
});

test("@js r06 what is written while a message is on its way is not lost", async ({ page, api, visit }) => {
  const { id } = await api.openTicket(`The radiator is cold ${mark()}`);
  await visit(`/tickets/${id}`);
  const posts = await hold(page, rpc("post_message"));
  const { box, send } = composer(page);
  await box.fill("First thought.");
  await send.click();
  await expect(page.locator(".message-sending")).toBeVisible();
  await box.fill("Second thought.");
  await posts.release();
  await expect(messages(page)).toHaveText([/First thought\./]);
  await expect(box).toHaveValue("Second thought.");
});

for (const side of ["requester", "staff"] as const) {
  test(`@js r06 a message that could not be sent stays with the ${side}, who tries again once`, async ({ someone, api, faults }) => {
    faults.expect(/ERR_FAILED/);
    const { id } = await api.openTicket(`The radiator is cold ${mark()}`);
    const page = await someone({ as: side });
    await page.goto(side === "staff" ? `/helpdesk/tickets/${id}` : `/tickets/${id}`);
    await hydrated(page);
    // The server took it, and its answer was lost: the retry must not double it.
    await page.route(
      rpc("post_message"),
      async (route) => {
        await route.fetch();
        await route.abort("failed");
      },
      { times: 1 },
    );
    const { box, send, failure } = composer(page);
    await box.fill("Did that arrive?");
    await send.click();
    await expect(failure).toContainText("The helpdesk could not be reached. Your text is still here");
    await expect(box).toHaveValue("Did that arrive?");
    await send.click();
    await expect(messages(page)).toHaveText([/Did that arrive\?/]);
    await expect(failure).toBeHidden();
    await expect(box).toHaveValue("");
    expect(await api.listMessages(id)).toHaveLength(1);
  });
}

test("@js r06 offline, a message keeps its text and a reload keeps it too", async ({ page, api, visit, faults }) => {
  faults.expect(/ERR_INTERNET_DISCONNECTED/);
  const { id } = await api.openTicket(`The radiator is cold ${mark()}`);
  await visit(`/tickets/${id}`);
  await page.context().setOffline(true);
  const { box, send, failure } = composer(page);
  await box.fill("From the tunnel.");
  await send.click();
  await expect(failure).toContainText("The helpdesk could not be reached.");
  await expect(box).toHaveValue("From the tunnel.");
  await page.context().setOffline(false);
  await page.reload();
  await hydrated(page);
  await expect(box).toHaveValue("From the tunnel.");
  await send.click();
  await expect(messages(page)).toHaveText([/From the tunnel\./]);
  await page.reload();
  await hydrated(page);
  await expect(box).toHaveValue("");
});

test("@js r06 a message sent before the page is live arrives once", async ({ page, api }) => {
  const { id } = await api.openTicket(`The radiator is cold ${mark()}`);
  const wasm = await hold(page, /\.wasm$/);
  await page.goto(`/tickets/${id}`, { waitUntil: "commit" });
  await composer(page).box.fill("Quick one.");
  await composer(page).send.click();
  await expect(messages(page)).toHaveText([/Quick one\./]);
  await wasm.release();
  await hydrated(page);
  await expect(messages(page)).toHaveText([/Quick one\./]);
  expect(await api.listMessages(id)).toHaveLength(1);
});

test("r06 a long conversation begins with its latest part, and leads to what came before", async ({ page, api, visit }) => {
  test.slow();
  const { id } = await api.openTicket(`The radiator is cold ${mark()}`);
  for (let n = 1; n <= 203; n += 1) await api.postMessage(id, `Message number ${n}.`);
  await visit(`/tickets/${id}`);
  await expect(messages(page)).toHaveCount(200);
  await expect(messages(page).last()).toContainText("number 203.");
  await page.getByRole("link", { name: "Show earlier messages" }).click();
  await expect(page).toHaveURL(/before=\d+/);
  await expect(messages(page).first()).toContainText("number 1.");
  await expect(messages(page)).toHaveCount(3);
});
