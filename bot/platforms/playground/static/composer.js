// The message boxes: Enter sends, Shift+Enter breaks the line, "/" completes commands, nothing typed is ever lost.
import { toBottom } from "./log.js";
import { complain, freshId, send } from "./wire.js";

const LARGEST = 750 * 1024; // bytes of a file: with everything around it a message may have 1 MiB

const list = document.getElementById("commands");
const main = document.getElementById("say");
const box = main.querySelector("textarea");
const picker = main.querySelector("input[type=file]");
let chosen = -1;

export function startComposers() {
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".composer, .reply")) return;
    event.preventDefault();
    say(event.target);
  });
  document.addEventListener("keydown", (event) => {
    if (!event.target.matches(".composer textarea, .reply textarea") || event.isComposing) return;
    if (event.target === box && complete(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      say(event.target.form);
    }
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches(".composer textarea, .reply textarea")) grow(event.target);
    if (event.target === box) offer();
  });
  picker.addEventListener("change", attached);
  box.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => pick(event.target.closest("li")));
  for (const chip of document.querySelectorAll(".try")) chip.addEventListener("click", () => type(chip.dataset.text));
  if (matchMedia("(pointer: fine)").matches) box.focus();
}

async function say(form) {
  const field = form.querySelector("textarea");
  const text = field.value;
  if (!text.trim() || form.dataset.busy) return;
  if (form.dataset.sent !== text) Object.assign(form.dataset, { sent: text, id: freshId() }); // the same text tried again is the same message
  form.dataset.busy = "yes";
  complain(form, "");
  const files = form === main ? await contents() : [];
  const trouble = await send("/playground/say", { id: form.dataset.id, thread: Number(form.dataset.thread), text, files });
  delete form.dataset.busy;
  complain(form, trouble);
  if (trouble) return;
  delete form.dataset.sent;
  if (field.value === text) field.value = "";
  grow(field);
  if (form !== main) return;
  picker.value = "";
  attached();
  toBottom();
}

// What was picked is named below the box; a file that no message can carry is refused at once.
function attached() {
  const line = main.querySelector(".attached");
  const file = picker.files[0];
  const isLarge = file && file.size > LARGEST;
  complain(main, isLarge ? `${file.name} is larger than ${LARGEST / 1024} KiB. Send a smaller file, or a part of it.` : "");
  if (isLarge) picker.value = "";
  line.textContent = file && !isLarge ? `With ${file.name}. Type /summarize or /analyze.` : "";
  line.hidden = !line.textContent;
}

async function contents() {
  const read = async (file) => {
    const bytes = new Uint8Array(await file.arrayBuffer());
    let text = "";
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return { name: file.name, data: btoa(text) };
  };
  return Promise.all([...picker.files].map(read));
}

function grow(field) {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 240)}px`;
}

function type(text) {
  box.value = text;
  grow(box);
  box.focus();
  close();
}

function options() {
  return [...list.querySelectorAll("li:not([hidden])")];
}

function offer() {
  const typed = box.value.toLowerCase();
  const isCommand = /^\/\S*$/.test(typed);
  for (const option of list.children) option.hidden = !option.dataset.inserts.trim().startsWith(typed);
  const found = isCommand ? options() : [];
  const isDone = found.length === 1 && found[0].dataset.inserts.trim() === typed && !found[0].dataset.inserts.endsWith(" ");
  if (!found.length || isDone) return close();
  list.hidden = false;
  box.setAttribute("aria-expanded", "true");
  choose(0);
}

function choose(number) {
  const found = options();
  chosen = (number + found.length) % found.length;
  for (const option of list.children) option.setAttribute("aria-selected", String(option === found[chosen]));
  box.setAttribute("aria-activedescendant", found[chosen].id);
  found[chosen].scrollIntoView({ block: "nearest" });
}

function close() {
  list.hidden = true;
  chosen = -1;
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-activedescendant");
}

// Handles a key while the list is open; true when the key was for the list.
function complete(event) {
  if (list.hidden) return false;
  const isExact = options()[chosen]?.dataset.inserts.trim() === box.value.trim();
  if (event.key === "ArrowDown") choose(chosen + 1);
  else if (event.key === "ArrowUp") choose(chosen - 1);
  else if (event.key === "Escape") close();
  else if (event.key === "Tab" && !event.shiftKey) pick(options()[chosen]);
  else if (event.key === "Enter" && !event.shiftKey && !isExact) pick(options()[chosen]);
  else return false;
  event.preventDefault();
  return true;
}

function pick(option) {
  if (option) type(option.dataset.inserts);
}
