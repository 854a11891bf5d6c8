// The side panel: the record that the card last looked at is about, read again whenever that card changes.
import { newestCard } from "./cards.js";
import { fetchPiece } from "./wire.js";

const panel = document.getElementById("record");
let shown = "";
let reading = 0;

export function startRecord() {
  for (const kind of ["click", "focusin"]) {
    document.addEventListener(kind, (event) => {
      const card = event.target.closest?.(".card");
      if (card && card.dataset.draft !== shown) show(card.dataset.draft);
    });
  }
  const card = newestCard();
  if (card) show(card.dataset.draft);
}

// A card was posted or changed: a new one is shown, the one on show is read again.
export function refreshRecord(draft) {
  const card = newestCard();
  if (draft === shown || card?.dataset.draft === draft) show(draft);
}

async function show(draft) {
  shown = draft;
  const mine = ++reading;
  mark(draft);
  let piece;
  try {
    piece = await fetchPiece("/playground/record", { draft });
  } catch (problem) {
    piece = document.createElement("p");
    piece.className = "quiet";
    piece.textContent = `${problem.message} The record is read again with the next change.`;
  }
  if (mine === reading) panel.replaceChildren(piece);
}

function mark(draft) {
  for (const card of document.querySelectorAll(".card")) card.classList.toggle("is-shown", card.dataset.draft === draft);
}
