// Fills #alert when the server's own sentence could not: a bare answer of a proxy, no connection.
const alert = document.getElementById("alert");

const say = (sentence) => {
  const problem = document.createElement("p");
  problem.className = "problem";
  problem.textContent = sentence;
  alert.replaceChildren(problem);
};

const status = (event) => event.detail?.ctx?.response?.status ?? 0;

document.addEventListener("htmx:after:request", (event) => {
  if (status(event) < 400) alert.replaceChildren();
});
document.addEventListener("htmx:finally:request", (event) => {
  const failed = status(event) >= 400 && status(event) !== 422;
  if (failed && !alert.textContent.trim()) say(alert.dataset.refused);
});
document.addEventListener("htmx:error", (event) => {
  if (!status(event)) say(alert.dataset.offline);
});
