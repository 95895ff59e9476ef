// What the server sends around its pages: a policy that runs its own scripts alone, and no change at another site's asking.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mark } from "./doing.ts";
import { enter, expect, test } from "./fixtures.ts";

test("@once every kind of page carries its policy, and no script without its nonce", async ({ page, context, server, samples }) => {
  await enter(context, server.url, "staff");
  const nonces = new Set<string>();
  for (const path of ["/?switch", "/tickets/new", "/tickets", `/tickets/${samples.open.id}`, "/helpdesk", `/helpdesk/tickets/${samples.open.id}`, "/helpdesk/replies", "/helpdesk/analytics", "/nothing"]) {
    const answer = await page.request.get(path);
    const policy = answer.headers()["content-security-policy"] ?? "";
    const nonce = /script-src [^;]*'nonce-([^']{16,})'/.exec(policy)?.[1];
    expect(nonce, `${path}: ${policy}`).toBeTruthy();
    expect(nonces.has(nonce as string), "a nonce is used once").toBe(false);
    nonces.add(nonce as string);
    expect(policy).not.toContain("'unsafe-inline'");
    expect(policy).not.toContain("'unsafe-eval'");
    for (const directive of ["frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'", "form-action 'self'"]) expect(policy).toContain(directive);
    const html = await answer.text();
    for (const [tag] of html.matchAll(/<script\b[^>]*>/g)) expect(tag, path).toContain(`nonce="${nonce}"`);
    expect(html, "no handler in the HTML").not.toMatch(/<[^>]+\son[a-z]+=/i);
    expect(html, "no style in the HTML").not.toMatch(/<style|\sstyle=/i);
    expect(answer.headers()).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "same-origin" });
    expect(answer.headers()["permissions-policy"]).toContain("camera=()");
    expect(answer.headers()["cache-control"]).toMatch(/no-store|no-cache|private/);
  }
});

test("@once an inserted script does not run", async ({ page, faults }) => {
  faults.expect(/Content Security Policy|script-src/);
  await page.goto("/tickets/new");
  await page.evaluate(() => {
    document.body.insertAdjacentHTML("beforeend", `<img src="data:," onerror="document.title='pwned'"><a id="trick" href="javascript:document.title='pwned'">x</a>`);
    document.getElementById("trick")?.click();
  });
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50)));
  expect(await page.title()).not.toBe("pwned");
});

test("@once no other site can have something changed or framed", async ({ page, api, server, faults }) => {
  faults.expect(/status of 403|frame-ancestors|Refused to|ERR_BLOCKED_BY_RESPONSE|violates/);
  const word = mark();
  const form = `<form method="post" action="${server.url}/rpc/open_ticket"><input name="description" value="${word}"><input name="place"><input name="again_of"><input name="key" value="k${word}"><button>Send</button></form><iframe src="${server.url}/tickets/new"></iframe>`;
  const elsewhere = createServer((_, answer) => answer.setHeader("Content-Type", "text/html").end(form)).listen(0, "127.0.0.1");
  await once(elsewhere, "listening");
  // To a browser, localhost is another site than 127.0.0.1.
  await page.goto(`http://localhost:${(elsewhere.address() as AddressInfo).port}/`);
  expect(page.frames().find((frame) => frame.url().startsWith(`${server.url}/tickets/new`)), "not in a frame").toBeUndefined();
  const answered = page.waitForResponse(/open_ticket/);
  await page.getByRole("button", { name: "Send" }).click();
  expect((await answered).status()).toBe(403);
  await expect(page.getByText("This was sent from another site, so nothing was changed.")).toBeVisible();
  expect((await (await api.call("GET", `/tickets?q=${word}`)).json()).tickets).toEqual([]);
  elsewhere.close();
});

test("@once behind HTTPS the cookies are secure", async ({ page, server }) => {
  const answer = await page.request.post("/rpc/enter", {
    form: { role: "staff" },
    headers: { Accept: "text/html", Origin: server.url, "X-Forwarded-Proto": "https" },
    maxRedirects: 0,
  });
  expect(answer.headers()["set-cookie"]).toMatch(/campusdesk_role=staff; Path=\/; .*SameSite=Lax; HttpOnly; Secure/);
});
