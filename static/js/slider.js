// Keeps a number field X and its slider <input type="range" id="X-s"> at the same value, both ways.
document.addEventListener("input", ({ target }) => {
  if (target.type === "range" && target.id.endsWith("-s")) {
    const field = document.getElementById(target.id.slice(0, -2));
    if (field) field.value = target.value;
    return;
  }
  const slider = document.getElementById(`${target.id}-s`);
  const number = Number(target.value.replace(/[,\s]/g, "") || NaN);
  if (slider?.type === "range" && !Number.isNaN(number)) slider.value = number;
});
