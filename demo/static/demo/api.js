// Calls the REST API with the publishable key and the shop's own server, and shows their errors.

import { element, fill, language, page, remember, remembered, texts } from "./dom.js";

const session = remembered("session", crypto.randomUUID?.() ?? String(Math.random()).slice(2));
remember("session", session);

// `status` is 0 without a response; `wait` is the number of seconds until a retry, 0 for none.
export class Refusal extends Error {
  constructor(status, problem = {}, wait = 0) {
    super(`${status} ${problem.code ?? ""} ${problem.detail ?? ""}`);
    Object.assign(this, { status, problem, wait });
  }
}

// A token that is no longer accepted is replaced, and the call repeated once.
export async function api(path, body, options) {
  const call = () => send(`/api/v1/${path}`, { "Authorization": `Bearer ${page.key}` }, body, options);
  const shopper = page.shoppers.find(({ token }) => token === body.customer_token);
  try {
    return await call();
  } catch (error) {
    if (!shopper || error.problem?.code !== "customer_token_invalid") throw error;
    await renewTokens();
    body = { ...body, customer_token: shopper.token };
    return call();
  }
}
// Whom a call is about: the visit, and the customer as the shop's server has signed it.
export const visit = { session };
export function signed(customer) {
  const shopper = page.shoppers.find(({ id }) => id === customer);
  return shopper ? { customer_token: shopper.token } : {};
}

// Tokens last for a day. A page that stays open takes new ones from the page as it is now, well before that.
const RENEW_MS = 12 * 3_600_000;
async function renewTokens() {
  const response = await reach(location.href, {});
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("page");
  for (const { id, token } of fresh ? JSON.parse(fresh.textContent).shoppers : []) {
    const shopper = page.shoppers.find((one) => one.id === id);
    if (shopper) shopper.token = token;
  }
}
function renewIfDue() {
  const ends = page.shoppers.map(({ token }) => Number(token.split(".")[1]) * 1000);
  if (Math.min(...ends) - Date.now() < RENEW_MS) renewTokens().catch((error) => console.warn(error));
}
setInterval(renewIfDue, 60_000);
document.addEventListener("visibilitychange", renewIfDue);

// Read from the cookie, because signing in to the admin changes the token of the page.
const csrf = () => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? page.csrf;
export const shop = (path, body) => send(`${path}?language=${language}`, { "X-CSRFToken": csrf() }, body);

async function send(address, headers, body, options = {}) {
  const response = await reach(address, {
    ...options,
    method: "POST",
    headers: { ...headers, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (response.ok) return response.json();
  const problem = await response.json().catch(() => ({}));
  throw new Refusal(response.status, problem, Number(response.headers.get("Retry-After") ?? 0));
}

export async function reach(address, options) {
  try {
    return await fetch(address, options);
  } catch {
    throw new Refusal(0);
  }
}

export function report(type, decision, offers, customer, more = {}) {
  const events = offers.map((offer) => ({
    event_id: crypto.randomUUID?.() ?? `${session}-${performance.now()}-${offer.position}`,
    type,
    decision_id: decision,
    offer: offer.offer,
    position: offer.position,
    occurred_at: new Date().toISOString(),
    ...visit,
    ...signed(customer),
    ...more,
  }));
  // Sent even if the click leads to another page.
  return events.length ? api("events", { events }, { keepalive: true }).catch((error) => console.warn(error)) : null;
}

// Shows the error. `again` is called after the wait that the server asked for, or else by a button.
export function fault(error, again) {
  if (!(error instanceof Refusal)) console.error(error);
  if (error.wait) {
    setTimeout(again, error.wait * 1000);
    return element("p", { class: "fault" },
      fill(error.status === 429 ? texts.too_many : texts.busy, { seconds: error.wait }));
  }
  return element("p", { class: "fault" },
    error.status === 0 ? texts.unreachable : [texts.failed, error.problem?.detail].filter(Boolean).join(" "), " ",
    element("button", { type: "button", onclick: again }, texts.again));
}
