// The course search answers while one chooses. Without this file the form is sent by its button, with the same answer.
const form = document.querySelector("[data-course-search]");
const WAIT = 350;
let asking, timer;

async function show(address, { remember = true } = {}) {
  asking?.abort();
  asking = new AbortController();
  const found = document.querySelector("[data-found]");
  found.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { signal: asking.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    found.replaceChildren(...page.querySelector("[data-found]").childNodes);
    if (remember) history.replaceState(null, "", address);
    found.removeAttribute("aria-busy");
  } catch (error) {
    // A newer question took this one's place; for anything else the form still works by itself.
    if (error.name !== "AbortError") form.submit();
  }
}

function asked() {
  const fields = [...new FormData(form)].filter(([, value]) => value !== "");
  return `?${new URLSearchParams(fields)}`;
}

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(() => show(asked()), WAIT);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(timer);
  show(asked());
});
