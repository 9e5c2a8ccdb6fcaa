// Draws a server's chart again with Plotly, once its figure is touched or scrolled to:
// <figure id="X" data-plotly="address of the library"> with <script type="application/json" id="X-spec">.
// Without the library, or before it is there, the server's drawing stays.
const FIGURES = "figure[data-plotly]";
const COLOUR = /^var\((--[\w-]+)\)$/;
const taller = new WeakMap(); // pixels that the server's drawing was higher, so that nothing jumps
const replaced = new WeakMap(); // the server's drawing, in case Plotly cannot draw

let loading;
const library = (address) => {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", () => resolve(globalThis.Plotly));
    script.addEventListener("error", reject);
    document.head.append(script);
  });
  return loading;
};

const boxOf = (figure) => figure.querySelector(":scope > .scroll");
const isDrawn = (figure) => boxOf(figure).hasAttribute("hx-morph-skip");

const specOf = (figure) => {
  const tokens = getComputedStyle(figure);
  const text = document.getElementById(`${figure.id}-spec`).textContent;
  return JSON.parse(text, (_key, value) => {
    const token = COLOUR.exec(value)?.[1];
    return token ? tokens.getPropertyValue(token).trim() : value;
  });
};

const makeRoom = (figure, height) => {
  const box = boxOf(figure);
  taller.set(box, Math.max(box.clientHeight - height, 0));
  replaced.set(box, [...box.children]);
  box.replaceChildren();
  box.setAttribute("hx-morph-skip", "");
  box.setAttribute("role", "img");
};

const giveBack = (box) => {
  if (!replaced.has(box)) return;
  box.replaceChildren(...replaced.get(box));
  box.removeAttribute("hx-morph-skip");
  box.setAttribute("role", "group");
};

const draw = async (figure) => {
  try {
    const plotly = await library(figure.dataset.plotly);
    const { data, layout, config } = specOf(figure);
    if (!isDrawn(figure)) makeRoom(figure, layout.height);
    const box = boxOf(figure);
    layout.height += taller.get(box);
    box.setAttribute("aria-label", figure.querySelector("figcaption").firstElementChild.textContent);
    await plotly.react(box, data, layout, config);
  } catch (problem) {
    console.warn("The chart stays as the server drew it.", problem);
    giveBack(boxOf(figure));
  }
};

const touched = new WeakSet();
const touch = (figure) => {
  if (!figure || touched.has(figure)) return;
  touched.add(figure);
  draw(figure);
};

const eye = new IntersectionObserver(
  (seen) => seen.filter((one) => one.isIntersecting).forEach((one) => touch(one.target)),
  { threshold: 0.2 },
);
let scrolled = false;
const watch = () => {
  if (scrolled) document.querySelectorAll(FIGURES).forEach((figure) => eye.observe(figure));
};
const again = () => {
  document.querySelectorAll(FIGURES).forEach((figure) => isDrawn(figure) && draw(figure));
};

for (const type of ["pointerover", "focusin"])
  document.addEventListener(type, ({ target }) => touch(target.closest?.(FIGURES)));
document.addEventListener(
  "scroll",
  () => {
    scrolled = true;
    watch();
  },
  { once: true, passive: true },
);
document.addEventListener("htmx:after:swap", () => {
  again();
  watch();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
new MutationObserver(again).observe(document.documentElement, { attributeFilter: ["data-theme"] });
