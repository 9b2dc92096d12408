"use strict";
(() => {
  const root = document.documentElement;
  const body = document.querySelector("#players tbody");
  const headings = [...document.querySelectorAll("#players thead th")];
  const details = JSON.parse(document.getElementById("details").textContent);
  const rows = [...body.rows];

  // A page opened from a file may not be allowed to remember anything.
  const memory = {
    get: () => { try { return localStorage.getItem("theme"); } catch { return null; } },
    set: (name) => { try { localStorage.setItem("theme", name); } catch { /* forgotten then */ } },
  };
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const known = memory.get();
  if (known === "light" || known === "dark") root.dataset.theme = known;
  document.getElementById("theme").addEventListener("click", () => {
    const now = root.dataset.theme || (dark.matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
    memory.set(root.dataset.theme);
  });

  const cell = (kind, words, scope) => {
    const made = document.createElement(kind);
    made.textContent = words;
    if (scope) { made.scope = scope; }
    return made;
  };
  const table = (caption, heads, wide, lines) => {
    const made = document.createElement("table");
    made.createCaption().textContent = caption;
    made.createTHead().insertRow().append(...heads.map((each) => cell("th", each, "col")));
    const inside = made.createTBody();
    for (const [name, ...values] of lines) {
      const line = inside.insertRow();
      line.append(cell("th", name, "row"), ...values.map((each) => cell("td", each)));
    }
    for (const line of made.rows) {
      line.cells[0].classList.add("text");
      for (const place of wide) line.cells[place].classList.add("wide");
    }
    return made;
  };
  const opened = (player) => {
    const line = document.createElement("tr");
    line.className = "details";
    const inside = line.insertCell();
    inside.colSpan = headings.length;
    const pair = document.createElement("div");
    pair.className = "pair";
    pair.append(
      table(`${player.name}: figures`, ["", "value", "90%", "league", "pctile", "n"], [4], player.figures),
      table(`${player.name}: zones`, ["", "made", "FG% est.", "90%", "league", "share", "league share"], [3, 6], player.zones),
    );
    inside.append(pair);
    return line;
  };
  const shut = (row) => {
    const button = row.querySelector(".open");
    if (button.getAttribute("aria-expanded") === "true") row.nextElementSibling.remove();
    button.setAttribute("aria-expanded", "false");
  };
  body.addEventListener("click", (event) => {
    const button = event.target.closest(".open");
    if (!button) return;
    const row = button.closest("tr");
    if (button.getAttribute("aria-expanded") === "true") return shut(row);
    row.after(opened(details[button.dataset.player]));
    button.setAttribute("aria-expanded", "true");
  });

  const compare = (place, textual, sign) => (one, other) => {
    const [a, b] = [one.cells[place].dataset.value, other.cells[place].dataset.value];
    if (a === b) return 0;
    // What there is not stands last, whichever way the others are sorted.
    if (a === "" || b === "") return a === "" ? 1 : -1;
    return sign * (textual ? a.localeCompare(b) : a - b);
  };
  headings.forEach((heading, place) => heading.firstElementChild.addEventListener("click", () => {
    const textual = heading.classList.contains("text");
    const before = heading.getAttribute("aria-sort");
    const up = before === "none" ? textual : before === "descending";
    headings.forEach((each) => each.setAttribute("aria-sort", "none"));
    heading.setAttribute("aria-sort", up ? "ascending" : "descending");
    rows.forEach(shut);
    body.append(...rows.sort(compare(place, textual, up ? 1 : -1)));
  }));

  const attempts = headings.findIndex((each) => each.firstElementChild.dataset.key === "fga");
  const profile = headings.findIndex((each) => each.firstElementChild.dataset.key === "profile");
  const search = document.getElementById("search");
  const least = document.getElementById("least");
  // Without marks, so that "Krejci" finds Krejčí and "Jokic" Jokić.
  const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("đ", "d");
  const filter = () => {
    let seen = 0;
    for (const row of rows) {
      const words = plain(`${row.cells[0].textContent} ${row.cells[profile].textContent}`);
      const fits = words.includes(plain(search.value.trim())) && row.cells[attempts].dataset.value >= Number(least.value);
      if (!fits) shut(row);
      row.hidden = !fits;
      seen += fits;
    }
    document.getElementById("count").textContent = `${seen} of ${rows.length} players`;
  };
  document.getElementById("filters").addEventListener("input", filter);
  document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
  // A browser that goes back fills the fields in again.
  filter();
})();
