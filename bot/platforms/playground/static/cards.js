// The buttons of cards: one press is sent once, an edit keeps what was typed, the outcome comes by the live stream.
import { complain, freshId, send } from "./wire.js";

const ENOUGH = 4000; // milliseconds after which a press that changed nothing may be repeated

export function startCards() {
  document.addEventListener("click", (event) => {
    const offer = event.target.closest("[data-offer]");
    if (offer) choose(offer);
    const button = event.target.closest(".card button");
    if (!button) return;
    const card = button.closest(".card");
    if (button.dataset.verb === "edit") toggle(card);
    else if (button.dataset.verb) press(card, button.dataset.verb, {});
    else if (button.hasAttribute("data-cancel")) cancel(card);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".card .edit")) return;
    event.preventDefault();
    save(event.target.closest(".card"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.closest(".card .edit")) cancel(event.target.closest(".card"));
  });
}

async function press(card, verb, values) {
  if (card.dataset.busy) return;
  busy(card, true);
  complain(card, "");
  const form = { id: freshId(), thread: Number(card.closest(".post").dataset.root), draft: card.dataset.draft };
  const trouble = await send("/playground/press", { ...form, version: Number(card.dataset.version), verb, values });
  complain(card, trouble);
  if (trouble) busy(card, false);
  else setTimeout(() => busy(card, false), ENOUGH);
}

// A button under a reply: the person asks for what it says.
async function choose(button) {
  const post = button.closest(".post");
  if (button.dataset.busy) return;
  button.dataset.busy = "yes";
  const trouble = await send("/playground/choose", { id: freshId(), thread: Number(post.dataset.root), offer: button.dataset.offer });
  complain(post, trouble);
  setTimeout(() => delete button.dataset.busy, trouble ? 0 : ENOUGH);
}

function busy(card, isBusy) {
  if (isBusy) card.dataset.busy = "yes";
  else delete card.dataset.busy;
  for (const button of card.querySelectorAll("[data-verb], .edit [type=submit]")) button.setAttribute("aria-disabled", String(isBusy));
}

// A refusal came back: the cards of that thread may be pressed again.
export function release(thread) {
  for (const card of thread?.querySelectorAll(".card[data-busy]") ?? []) busy(card, false);
}

function toggle(card) {
  const form = card.querySelector(".edit");
  if (form.hidden) open(card);
  else cancel(card);
}

function open(card) {
  const form = card.querySelector(".edit");
  form.hidden = false;
  card.querySelector("[data-verb=edit]").setAttribute("aria-expanded", "true");
  form.querySelector("input, select, textarea")?.focus();
}

function cancel(card) {
  const form = card.querySelector(".edit");
  form.reset();
  form.hidden = true;
  complain(card, "");
  const button = card.querySelector("[data-verb=edit]");
  button.setAttribute("aria-expanded", "false");
  button.focus();
}

function save(card) {
  const values = changed(card.querySelector(".edit"));
  if (Object.keys(values).length) press(card, "edit", values);
  else complain(card, "Nothing is different yet. Change a value first, or choose Cancel.");
}

// What differs from the proposal; a value that held invisible characters is always sent as it is seen.
function changed(form) {
  const values = {};
  for (const field of form.querySelectorAll("[name]")) {
    const original = field.tagName === "SELECT" ? [...field.options].find((option) => option.defaultSelected)?.value : field.defaultValue;
    if (field.value !== original || field.hasAttribute("data-always")) values[field.name] = field.value;
  }
  for (const group of form.querySelectorAll("fieldset[data-field]")) {
    const picked = [...group.querySelectorAll("input:checked")].map((box) => box.value).join(",");
    if (picked !== checkedFirst(group)) values[group.dataset.field] = picked;
  }
  return values;
}

function checkedFirst(group) {
  return [...group.querySelectorAll("input")].filter((box) => box.defaultChecked).map((box) => box.value).join(",");
}

// When a card is drawn again while somebody edits it, the open form goes on where it was.
export function carryEdit(known, fresh) {
  const from = known.querySelector(".edit:not([hidden])");
  const to = fresh.querySelector(".edit");
  if (!from || !to || known.querySelector(".card").dataset.busy) return;
  const isSame = known.querySelector(".card").dataset.version === fresh.querySelector(".card").dataset.version;
  const fields = (form) => [...form.querySelectorAll("input, select, textarea")];
  if (isSame) fields(from).forEach((field, number) => adopt(field, fields(to)[number]));
  to.hidden = false;
  fresh.querySelector("[data-verb=edit]").setAttribute("aria-expanded", "true");
  if (!isSame) complain(fresh.querySelector(".card"), "Somebody else saved a new version meanwhile; these are its values.");
  const focused = fields(from).indexOf(document.activeElement);
  if (focused >= 0) queueMicrotask(() => fields(to)[focused]?.focus({ preventScroll: true }));
}

function adopt(from, to) {
  if (!to) return;
  if (from.type === "checkbox") to.checked = from.checked;
  else to.value = from.value;
}

export function newestCard() {
  return [...document.querySelectorAll(".card")].at(-1);
}
