// Keeps the log: puts posts where they belong, replaces what changed, says that the bot is at work, scrolls.
import { carryEdit, release } from "./cards.js";

const PATIENCE = 20_000; // milliseconds after which waiting is called long
const NEAR = 160; // pixels from the bottom within which a reader wants to follow
const READ = 2000; // milliseconds in which a screen reader takes up an announcement
const HEARD = 300; // characters of a message that are read out
const log = document.getElementById("log");
const threads = document.getElementById("threads");
const newest = document.getElementById("newest");
const drawn = new WeakMap(); // post -> the HTML it came as, to see whether it changed
let unseen = null;

export function startLog() {
  for (const post of document.querySelectorAll(".post")) remember(post);
  document.querySelectorAll(".post[data-asks]").forEach(expectAnswer);
  setInterval(() => tellTimes(document), 30_000);
  newest.addEventListener("click", () => unseen?.scrollIntoView({ block: "center" }));
  document.addEventListener("scroll", () => { if (unseen && isInView(unseen)) hideNewest(); }, { capture: true, passive: true });
  if (threads.children.length) toBottom();
}

// Places every post of a fragment: a thread with its posts, or a single reply. False: a reply's thread is not on the page.
export function place(piece, { isMine = false } = {}) {
  const follow = isMine || isNearBottom();
  let last = null;
  for (const post of piece.querySelectorAll(".post")) {
    const shell = post.closest(".thread");
    if (!shell && !document.getElementById(`thread-${post.dataset.root}`)) return false;
    if (placePost(post, shell)) last = post;
  }
  if (!last) return true;
  document.getElementById("welcome").hidden = true;
  if (!isMine) announce(last);
  if (follow && threads.lastElementChild.contains(last)) toBottom();
  else if (!isInView(last)) showNewest(last);
  return true;
}

function placePost(post, shell) {
  const known = document.getElementById(post.id);
  if (known) {
    replace(known, post);
    return false;
  }
  remember(post);
  const home = document.getElementById(`thread-${post.dataset.root}`);
  if (home) insertInOrder(home.querySelector(".replies"), post);
  else openThread(shell, post);
  if (post.hasAttribute("data-bot")) answered(post);
  if (post.hasAttribute("data-asks")) expectAnswer(post);
  return true;
}

function openThread(shell, root) {
  const thread = shell.cloneNode(true);
  thread.querySelector(".post").replaceWith(root);
  thread.querySelector(".replies").replaceChildren();
  const later = [...threads.children].find((other) => Number(other.dataset.thread) > Number(thread.dataset.thread));
  threads.insertBefore(thread, later ?? null);
}

function insertInOrder(replies, post) {
  const later = [...replies.querySelectorAll(".post")].find((other) => Number(other.dataset.post) > Number(post.dataset.post));
  replies.insertBefore(post, later ?? replies.querySelector(".working"));
}

function replace(known, post) {
  const before = drawn.get(known);
  remember(post);
  if (before === drawn.get(post)) return;
  carryEdit(known, post);
  const hadFocus = known.contains(document.activeElement);
  const verb = document.activeElement?.dataset?.verb;
  known.replaceWith(post);
  const card = post.querySelector(".card");
  if (!card) return;
  card.classList.add("is-fresh");
  announce(post);
  if (hadFocus && !post.contains(document.activeElement)) (post.querySelector(`[data-verb="${verb}"]`) ?? card).focus({ preventScroll: true });
}

function remember(post) {
  drawn.set(post, post.outerHTML);
  tellTimes(post);
}

function expectAnswer(post) {
  const replies = document.querySelector(`#thread-${post.dataset.root} .replies`);
  const isAnswered = [...replies.querySelectorAll(".post[data-bot]")].some((one) => Number(one.dataset.post) > Number(post.dataset.post));
  if (isAnswered || replies.querySelector(".working")) return;
  const row = document.createElement("p");
  row.className = "working";
  row.dataset.after = post.dataset.post;
  row.textContent = "Countersign is working…";
  replies.append(row);
  setTimeout(() => { row.textContent = "Countersign is still working. The answer appears here as soon as it is there."; }, PATIENCE);
}

function answered(post) {
  const row = post.closest(".replies")?.querySelector(".working");
  if (row && Number(post.dataset.post) > Number(row.dataset.after)) row.remove();
  if (post.classList.contains("is-private")) release(post.closest(".thread"));
}

// Short words for people who listen: a whole card would be read from its first field to its last.
function announce(post) {
  const who = post.querySelector(".byline b").textContent;
  const what = post.querySelector(".card")?.getAttribute("aria-label") ?? post.querySelector(".words")?.textContent.slice(0, HEARD) ?? "";
  const line = document.getElementById("announce");
  line.textContent = `${who}: ${what}`;
  setTimeout(() => { line.textContent = ""; }, READ); // said once, not found again by who walks through the page
}

// Times in the reader's own zone; distances to an expiry kept true while the page is open.
function tellTimes(root) {
  for (const time of root.querySelectorAll("time")) {
    const at = new Date(time.dateTime);
    const whole = at.toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
    const isClock = time.hasAttribute("data-clock") && at.toDateString() === new Date().toDateString();
    time.textContent = isClock ? at.toLocaleTimeString([], { timeStyle: "short" }) : whole;
    time.title = at.toLocaleString([], { dateStyle: "full", timeStyle: "long" });
  }
  for (const span of root.querySelectorAll("[data-relative]")) span.textContent = `(${distance(new Date(span.dataset.relative) - Date.now())})`;
}

function distance(milliseconds) {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 1) return "any moment";
  if (minutes < 90) return `in ${minutes} min`;
  return minutes < 48 * 60 ? `in ${Math.round(minutes / 60)} h` : `in ${Math.round(minutes / 1440)} d`;
}

// On a wide screen the log scrolls, on a narrow one the page does: both are measured by what can be seen.
function edge() {
  return Math.min(log.getBoundingClientRect().bottom, innerHeight);
}

function isNearBottom() {
  return threads.getBoundingClientRect().bottom - edge() < NEAR;
}

function isInView(post) {
  const { top, bottom } = post.getBoundingClientRect();
  return bottom > 0 && top < edge();
}

function showNewest(post) {
  unseen = post;
  newest.hidden = false;
}

function hideNewest() {
  unseen = null;
  newest.hidden = true;
}

export function toBottom() {
  threads.lastElementChild?.scrollIntoView({ block: "end" });
  hideNewest();
}
