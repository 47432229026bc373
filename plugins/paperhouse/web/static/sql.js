// The SQL console: sends the query, shows its rows a page at a time, its chart, or saves them. Every value is shown as
// text; words come from the page, in its language.
const form = document.querySelector("#console");
const query = document.querySelector("#query");
const [told, failed, chart, box, turn, place, share] = ["told", "failed", "chart", "rows", "turn", "place", "share"]
  .map((id) => document.getElementById(id));
const words = form.dataset;
const PAGE = 100;
// Marks that turn the reading direction of everything behind them.
const TURNS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const narrow = matchMedia("(max-width: 34rem)");
let found = { columns: [], rows: [] };
let first = 0;
let asked = 0;

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const group = (number) => Number(number).toLocaleString(document.documentElement.lang);

function make(tag, text, options = {}) {
  return Object.assign(document.createElement(tag), { textContent: text.replace(TURNS, "") }, options);
}

async function send(format) {
  const answer = await fetch(form.action, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      query: query.value,
      format: format === "file" ? "json" : format,
      ...(format === "file" && { limit: 100000 }),
      narrow: narrow.matches,
    }),
  });
  if (answer.ok) return answer;
  const text = await answer.text();
  let reason = `${answer.status} ${answer.statusText}`;
  try { reason = JSON.parse(text).error ?? reason; } catch { /* not from us: a proxy, or a login that ran out */ }
  throw new Error(reason);
}

function tell(answer, note) {
  const [count, time] = ["X-Row-Count", "X-Milliseconds"].map((name) => group(answer.headers.get(name)));
  const cut = answer.headers.get("X-Truncated") === "true" ? fill(note, { count }) : "";
  told.textContent = `${fill(words.told, { count, time })} ${cut}`;
}

async function save(format, file) {
  const answer = await send(format);
  const link = make("a", "", { href: URL.createObjectURL(await answer.blob()), download: file });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  tell(answer, words.cutFile);
  told.append(` ${fill(words.saved, { file })}`);
}

async function show(format) {
  const answer = await send("json");
  found = await answer.json();
  if (!found.rows.length) { told.textContent = words.none; }
  if (found.rows.length) tell(answer, words.cut);
  turnTo(0);
  if (format !== "chart") return;
  const drawn = await send("chart");
  URL.revokeObjectURL(chart.src);
  chart.src = URL.createObjectURL(await drawn.blob());
  await chart.decode();
  chart.hidden = false;
  if (drawn.headers.get("X-Truncated") === "true") {
    told.append(` ${fill(words.cutChart, { count: group(drawn.headers.get("X-Row-Count")) })}`);
  }
}

function write(value) {
  if (value === null) return make("span", "NULL", { className: "soft" });
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return make("div", text.length > 2000 ? `${text.slice(0, 2000)}…` : text);
}

function turnTo(start) {
  first = start;
  const table = make("table", "");
  const head = table.createTHead().insertRow();
  const numbers = found.columns.map((column) => (column.is_number ? "number" : ""));
  found.columns.forEach((column, at) => head.append(
    make("th", column.name.slice(0, 200), { scope: "col", title: column.type, className: numbers[at] })));
  const body = table.createTBody();
  for (const row of found.rows.slice(first, first + PAGE)) {
    const line = body.insertRow();
    row.forEach((value, at) => { const cell = line.insertCell(); cell.className = numbers[at]; cell.append(write(value)); });
  }
  box.replaceChildren(table);
  box.hidden = !found.columns.length;
  const count = found.rows.length;
  turn.hidden = count <= PAGE;
  place.textContent = fill(words.page, { first: group(first + 1), last: group(Math.min(first + PAGE, count)), count: group(count) });
  const [before, next] = turn.querySelectorAll("button");
  before.disabled = first === 0;
  next.disabled = first + PAGE >= count;
}

async function run(format, file) {
  const turnNumber = ++asked;
  failed.hidden = chart.hidden = true;
  told.textContent = words.running;
  remember();
  try {
    await (file ? save(format, file) : show(format));
  } catch (error) {
    if (turnNumber !== asked) return;
    told.textContent = "";
    box.hidden = turn.hidden = true;
    failed.textContent = error instanceof TypeError ? words.unreached : error.message;
    failed.hidden = false;
  }
}

// The address leads back to this query, and can be given to somebody else. A very long one stays out of it.
function remember() {
  share.search = new URLSearchParams({ query: query.value });
  if (share.href.length < 8000) history.replaceState(null, "", share.href);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  run(event.submitter?.value ?? "json", event.submitter?.dataset.file);
});
query.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  form.requestSubmit();
});
turn.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  turnTo(first + PAGE * Number(button.value));
  box.scrollIntoView({ block: "nearest" });
});

// Tables with the words, opened to the columns that have them.
document.querySelector("#wanted").addEventListener("input", (event) => {
  const parts = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
  const holds = (element) => parts.every((part) => element.dataset.words.toLowerCase().includes(part));
  let shown = 0;
  for (const table of document.querySelectorAll(".table")) {
    const columns = [...table.querySelectorAll(".column")];
    const named = holds(table);
    const some = columns.filter(holds);
    columns.forEach((column) => { column.hidden = !named && !some.includes(column); });
    table.hidden = !named && !some.length;
    table.open = parts.length > 0 && some.length > 0;
    shown += !table.hidden;
  }
  document.querySelector("#unknown").hidden = shown > 0;
});
