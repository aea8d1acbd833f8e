// The page in a headless Chromium. PM_BASE_URL names a running Connect-Node (and PM_PUSH_URL the POST /v1/push that
// reaches it); without them a node made for tests serves the page. CHROMIUM is the browser, PM_SCREENSHOTS a directory.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { chromium } from "playwright-core";
import { FakeNode } from "./fake-node.mjs";

const WAIT = { timeout: 15_000 };
const ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const faked = !process.env.PM_BASE_URL;

let browser, node, baseUrl, pushUrl, page, context, problems;

before(async () => {
  if (faked) node = await FakeNode.start();
  baseUrl = new URL(process.env.PM_BASE_URL ?? node.baseUrl).href;
  pushUrl = process.env.PM_PUSH_URL ?? new URL("v1/push", baseUrl).href;
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", headless: true, args: ARGS });
});
after(async () => {
  await browser?.close();
  await node?.stop();
});
beforeEach(() => open({ colorScheme: "light" }));
afterEach(async () => {
  await context.close();
  assert.deepEqual(problems, []);
});

/** A fresh page on which console errors, exceptions and requests to another origin count as problems. */
async function open(options) {
  await context?.close();
  problems = [];
  context = await browser.newContext({ viewport: { width: 1180, height: 760 }, ...options });
  page = await context.newPage();
  page.setDefaultTimeout(WAIT.timeout);
  const { host } = new URL(baseUrl);
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) problems.push(message.text()); });
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("request", (request) => { if (new URL(request.url()).host !== host) problems.push(request.url()); });
  page.on("websocket", (socket) => { if (new URL(socket.url()).host !== host) problems.push(socket.url()); });
  page.on("response", (response) => { if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`); });
  await page.goto(baseUrl);
}

async function push(message) {
  const response = await fetch(pushUrl, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(message) });
  assert.equal(response.status, 200, await response.text());
}

const text = (data, more) => ({ type: "TEXT", data, ...more });
const item = (data) => page.locator("#list li", { has: page.locator(".body", { hasText: data }) });
const state = (name) => page.locator(`#status[data-state=${name}]`).waitFor(WAIT);
async function connectAs(user, rooms) {
  await page.fill("#user-id", user);
  await page.fill("#rooms", rooms);
  await page.click("#connect-button");
  await state("open");
}

test("a strict content security policy is sent", async () => {
  const policy = (await fetch(baseUrl)).headers.get("content-security-policy") ?? "";
  assert.match(policy, /default-src '(self|none)'/);
  assert.doesNotMatch(policy, /unsafe/);
});

test("connects, joins, and shows what is pushed to the room, the user and everyone", async () => {
  await connectAs("user-page", "room-page-1");
  await page.fill("#join-room", "room-page-2");
  await page.click("#join-button");
  await page.getByRole("button", { name: "Leave room-page-2" }).waitFor();
  await push({ room_id: "room-page-1", content: text("to room one") });
  await push({ room_id: "room-page-2", content: text("to room two", { metadata: { lang: "en" } }) });
  await push({ user_id: "user-page", content: text("to the user") });
  await push({ broadcast: true, content: text("to everyone") });
  for (const [data, badge] of [["to room one", "room-page-1"], ["to room two", "room-page-2"], ["to the user", "user-page"], ["to everyone", "everyone"]]) {
    await item(data).waitFor();
    assert.equal(await item(data).locator(".badge").textContent(), badge);
    assert.match(await item(data).locator(".details").textContent(), /^TEXT · -?\d+ ms/);
  }
  assert.match(await item("to room two").locator(".details").textContent(), /lang=en$/);
  assert.equal(await page.textContent("#count"), "4 received");
});

test("leaving a room ends its messages", async () => {
  await connectAs("user-leave", "room-stay room-leave");
  await page.click("button[data-room=room-leave]");
  await page.locator("button[data-room=room-leave]").waitFor({ state: "detached" });
  await push({ room_id: "room-leave", content: text("not for us") });
  await push({ room_id: "room-stay", content: text("for us") });
  await item("for us").waitFor();
  assert.equal(await page.locator("#list li").count(), 1);
  assert.equal(await page.textContent("#command"), 'scripts/push-manager push --room room-stay "Hello"');
});

test("message data is text, never markup", async () => {
  await connectAs("user-markup", "room-markup");
  const data = "<img src=x onerror=alert(1)><b>bold</b>";
  await push({ room_id: "room-markup", content: text(data, { metadata: { "<i>": "<u>" } }) });
  await item("<b>bold</b>").waitFor();
  assert.equal(await page.locator("#list .body").textContent(), data);
  assert.equal(await page.locator("#list img, #list b, #list i").count(), 0);
});

test("everything works with the keyboard alone", async () => {
  const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.dataset.room);
  const order = [];
  for (let i = 0; i < 4; i++) {
    await page.keyboard.press("Tab");
    order.push(await focused());
  }
  assert.deepEqual(order, ["user-id", "user-name", "rooms", "connect-button"]);
  await page.keyboard.press("Enter");
  await state("open");
  assert.equal(await focused(), "connect-button");
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "join-room");
  await page.keyboard.type("room-keys");
  await page.keyboard.press("Enter");
  await page.locator("button[data-room=room-keys]").waitFor();
  await push({ room_id: "room-keys", content: text("typed") });
  await item("typed").waitFor();
  for (let i = 0; i < 3; i++) await page.keyboard.press("Tab"); // join, leave room-001, leave room-keys
  assert.equal(await focused(), "room-keys");
  await page.keyboard.press("Enter");
  await page.locator("button[data-room=room-keys]").waitFor({ state: "detached" });
  assert.equal(await focused(), "join-room");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await state("closed");
  assert.equal(await page.textContent("#connect-button"), "Connect");
});

test("what is focused is visible", async () => {
  await page.keyboard.press("Tab");
  assert.match(await page.evaluate(() => getComputedStyle(document.activeElement).outline), /solid 2px$/);
});

test("a refused room is announced", async () => {
  await connectAs("user-error", "room-001");
  await page.fill("#join-room", "é".repeat(200)); // fits the field, but not 256 bytes
  await page.click("#join-button");
  await page.getByRole("alert").filter({ hasText: "INVALID_ROOM" }).waitFor();
});

test("the list is bounded, and the newest message is on top", async () => {
  await connectAs("user-many", "room-many");
  for (let from = 0; from < 520; from += 40) {
    await Promise.all(Array.from({ length: 40 }, (_, i) => push({ room_id: "room-many", content: text(`n${from + i}`) })));
  }
  await push({ room_id: "room-many", content: text("last") });
  await page.locator("#list li:first-child .body", { hasText: "last" }).waitFor();
  assert.equal(await page.locator("#list li").count(), 500);
  assert.equal(await page.textContent("#count"), "521 received, the last 500 shown");
});

test("the command names the room so that a shell takes it, and can be copied", async () => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await connectAs("user-copy", "room-001");
  await page.fill("#join-room", "it's $HOME");
  await page.click("#join-button");
  await page.getByRole("button", { name: "Leave it's $HOME" }).waitFor();
  await page.click("#copy");
  await page.locator("#copied", { hasText: "Copied" }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `scripts/push-manager push --room 'it'\\''s $HOME' "Hello"`);
});

if (faked) {
  test("a lost connection comes back, and the page says that messages may be missing", async () => {
    await connectAs("user-lost", "room-lost");
    node.connections.at(-1).ws.terminate();
    await page.locator("#list .note", { hasText: "missing" }).waitFor();
    await push({ room_id: "room-lost", content: text("back") });
    await item("back").waitFor();
  });

  test("a drain moves to a new connection without a gap", async () => {
    await connectAs("user-drain", "room-drain");
    const first = node.connections.at(-1);
    first.send({ type: "drain", reconnect_after_ms: 10 });
    await node.until(() => first.closedWith === 1000);
    await push({ room_id: "room-drain", content: text("moved") });
    await item("moved").waitFor();
    assert.deepEqual(await page.locator("#list .note").allTextContents().then((all) => all.length), 1);
  });

  test("a final close is announced", async () => {
    await connectAs("user-final", "room-001");
    node.connections.at(-1).ws.close(4001, "not welcome");
    await page.getByRole("alert").filter({ hasText: "4001 not welcome" }).waitFor();
    await state("closed");
  });
}

for (const colorScheme of ["light", "dark"]) {
  test(`the ${colorScheme} page has enough contrast and fits narrow windows`, async () => {
    await open({ colorScheme });
    await connectAs("user-001", "room-001 room-002");
    for (const [data, target] of [["Doors open at nine.", { room_id: "room-001" }], ["Your order has left the warehouse.", { user_id: "user-001" }], ["Maintenance on Sunday, 02:00 to 02:15 UTC.", { broadcast: true }], ["Hello", { room_id: "room-002" }]]) {
      await push({ ...target, content: text(data) });
      await item(data).waitFor();
    }
    for (const selector of ["body", "#session", ".badge.room", ".badge.user", ".badge.everyone", ".details", "time", "#connect-button", "#count", "label"]) {
      assert.ok(await page.locator(selector).first().evaluate(contrast) >= 4.5, selector);
    }
    const dark = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).every((part) => part < 60));
    assert.equal(dark, colorScheme === "dark");
    await screenshot(colorScheme);
    await page.setViewportSize({ width: 340, height: 700 });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "no sideways scrolling");
    await screenshot(`${colorScheme}-narrow`);
  });
}

const screenshot = (name) => process.env.PM_SCREENSHOTS && page.screenshot({ path: join(process.env.PM_SCREENSHOTS, `${name}.png`), fullPage: name.includes("narrow") });

/** WCAG contrast of an element's text with the nearest background behind it. Runs in the page. */
function contrast(element) {
  const luminance = (color) => color.match(/[\d.]+/g).slice(0, 3)
    .map((part) => part / 255).map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  let behind = element;
  while (/, 0\)$/.test(getComputedStyle(behind).backgroundColor)) behind = behind.parentElement;
  const [light, dim] = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor].map(luminance).sort((a, b) => b - a);
  return (light + 0.05) / (dim + 0.05);
}
