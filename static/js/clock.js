// Lets the clock of a night run by itself: presses "1 minute" again and again, nothing else. What
// a minute does is the server's. Off until somebody turns it on; <p id="ticker" data-seconds="12">
// says how many real seconds a minute takes and holds the words of the two buttons' states.
const PRESSED = "aria-pressed";
let running = false;
let timer;

const minute = () => document.getElementById("wait-1");
const button = () => document.getElementById("ticker-button");

const show = () => {
  const ticker = document.getElementById("ticker");
  if (!ticker) return;
  ticker.hidden = false;
  button().setAttribute(PRESSED, String(running));
  button().textContent = running ? button().dataset.pause : button().dataset.run;
};

const stop = () => {
  running = false;
  clearTimeout(timer);
  show();
};

const next = () => {
  clearTimeout(timer);
  const ticker = document.getElementById("ticker");
  if (!running || !ticker) return;
  timer = setTimeout(() => {
    if (document.hidden) stop();
    else if (minute()) minute().form.requestSubmit(minute());
  }, Number(ticker.dataset.seconds) * 1000);
};

document.addEventListener("click", (event) => {
  if (event.target.id !== "ticker-button") return;
  running = !running;
  show();
  next();
});

// a new night on the page: the time for the next minute begins again; a refusal stops the clock
document.addEventListener("htmx:after:swap", () => {
  if (minute()) show();
  else running = false;
  next();
});
document.addEventListener("htmx:error", stop);

show();
