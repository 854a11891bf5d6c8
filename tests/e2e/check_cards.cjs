// Reads a JSON object of cards from stdin; prints what Microsoft's own library finds wrong with each, as JSON.
const path = require("node:path");
const cards = require(path.join(process.argv[2], "adaptivecards", "dist", "adaptivecards.js"));

let text = "";
process.stdin.on("data", (piece) => (text += piece));
process.stdin.on("end", () => {
  const wrong = {};
  for (const [name, card] of Object.entries(JSON.parse(text))) {
    const context = new cards.SerializationContext();
    const parsed = new cards.AdaptiveCard();
    parsed.parse(card, context);
    const found = parsed.validateProperties().validationEvents.map((each) => each.message);
    for (let n = 0; n < context.eventCount; n++) found.push(context.getEventAt(n).message);
    if (found.length) wrong[name] = found;
  }
  process.stdout.write(JSON.stringify(wrong));
});
