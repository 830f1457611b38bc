// Wakes the page up; everything here makes better what works without it, but for jobs and sign-in.
import { allowIcons } from "./trust.js";
import { startActions } from "./actions.js";
import { startFeed } from "./feed.js";
import { startJobs } from "./jobs.js";
import { startKeys } from "./keys.js";
import { startLightbox } from "./lightbox.js";
import { startLogin } from "./login.js";
import { startPlayers } from "./players.js";
import { enliven } from "./enliven.js";

document.documentElement.classList.add("scripted");
allowIcons();
startActions();
startKeys();
startLogin();
startPlayers();
enliven(document);
startLightbox();
startJobs();
startFeed();
