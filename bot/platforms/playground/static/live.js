// Listens to the live stream, says when it is lost, and counts what is unread in other channels.
import { place } from "./log.js";
import { refreshRecord } from "./record.js";
import { address, fetchPiece, fragment, page } from "./wire.js";

const AGAIN = 2000; // milliseconds before a stream that was refused is tried again
const LINGER = 20_000; // milliseconds that a hidden page keeps its stream: browsers allow six per host, over all tabs
const MOST = 100; // unread posts that are counted per channel
const banner = document.getElementById("connection");
const store = `unread:${page.person}`;
let stream = null;
let seen = page.revision;
let wasLost = false;
let leaving = 0;

export function startLive() {
  showUnread(forget(page.channel));
  listen();
  window.addEventListener("pagehide", rest);
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  document.addEventListener("visibilitychange", () => {
    clearTimeout(leaving);
    if (document.hidden) leaving = setTimeout(rest, LINGER);
    else if (!stream) listen();
  });
}

function listen() {
  stream = new EventSource(address("/playground/events", { channel: page.channel, after: seen }));
  stream.addEventListener("open", () => { if (wasLost) found(); });
  stream.addEventListener("post", take);
  stream.addEventListener("reset", () => location.reload());
  stream.addEventListener("error", () => {
    lost();
    if (stream.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    rest();
    setTimeout(() => { if (!stream && !document.hidden) listen(); }, AGAIN);
  });
}

function rest() {
  stream?.close();
  stream = null;
}

function take(event) {
  if (event.lastEventId) seen = event.lastEventId;
  const told = JSON.parse(event.data);
  if (told.html && !place(fragment(told.html), { isMine: told.mine })) found();
  else if (!told.html && !told.mine) count(told.channel, told.post);
  if (told.draft) refreshRecord(told.draft);
}

function lost() {
  wasLost = true;
  banner.textContent = "The connection to the bot is lost. Trying again…";
  banner.hidden = false;
}

// After an outage, or when a piece does not fit, the whole channel is read once more: the log may have been changed by more than the stream remembers.
async function found() {
  try {
    place(await fetchPiece("/playground/posts", { channel: page.channel }));
    wasLost = false;
    banner.hidden = true;
  } catch {
    setTimeout(found, AGAIN);
  }
}

function counts() {
  try {
    return JSON.parse(sessionStorage.getItem(store)) ?? {};
  } catch {
    return {};
  }
}

function forget(channel) {
  const { [channel]: _, ...rest } = counts();
  sessionStorage.setItem(store, JSON.stringify(rest));
  return rest;
}

function count(channel, post) {
  const unread = counts();
  unread[channel] = [...new Set([...(unread[channel] ?? []), post])].slice(0, MOST);
  sessionStorage.setItem(store, JSON.stringify(unread));
  showUnread(unread);
}

function showUnread(unread) {
  for (const link of document.querySelectorAll(".channels a")) {
    const badge = link.querySelector(".unread");
    const number = unread[link.dataset.channel]?.length ?? 0;
    badge.hidden = !number;
    badge.textContent = number ? `${number < MOST ? number : "99+"} new` : "";
  }
}
