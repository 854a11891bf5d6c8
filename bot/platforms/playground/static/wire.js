// Talks to the server: one way to send, one way to fetch a piece of the page.
export const page = document.body.dataset;
const key = document.querySelector("meta[name=playground-key]").content;

export function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function address(path, query) {
  return `${path}?${new URLSearchParams({ person: page.person, ...query })}`;
}

// Sends; the answer is "" when it was recorded, else the sentence that says why not.
export async function send(path, form) {
  let response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Playground-Key": key },
      body: JSON.stringify({ person: page.person, channel: page.channel, ...form }),
    });
  } catch {
    return "The bot cannot be reached. Nothing on this page is lost; try again when it is back.";
  }
  if (response.ok) return "";
  if (response.status === 401) return "This page is out of date. Copy your text, reload the page and try again.";
  const answer = await response.json().catch(() => ({}));
  return answer.error || `The bot answered with ${response.status}. Try again.`;
}

// A piece of the page as a fragment; raises an error whose message can be shown.
export async function fetchPiece(path, query) {
  let response;
  try {
    response = await fetch(address(path, query));
  } catch {
    throw new Error("The bot cannot be reached.");
  }
  if (!response.ok) throw new Error((await response.json().catch(() => ({}))).error || "The bot did not answer.");
  return fragment(await response.text());
}

export function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

export function complain(form, sentence) {
  const line = form.querySelector(".trouble");
  line.textContent = sentence;
  line.hidden = !sentence;
}
