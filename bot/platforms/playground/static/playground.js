// Starts the page: what was said, what is being said, the cards, the record on the side, the live stream.
import { startCards } from "./cards.js";
import { startComposers } from "./composer.js";
import { startLive } from "./live.js";
import { startLog } from "./log.js";
import { startRecord } from "./record.js";

startLog();
startComposers();
startRecord();
startCards();
startLive();
