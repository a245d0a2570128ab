// Tables of a page: sorted by a click on a head, searched, shown in part, and asked where a number is from.
"use strict";
(() => {
  const SHOWN = 100;
  const collator = new Intl.Collator(undefined, { numeric: true });
  const dialog = document.getElementById("about");
  const block = document.getElementById("facts");
  const facts = block ? JSON.parse(block.textContent) : { texts: [], rows: [] };
  const rowOf = new Map(); // rows of cells by their number, seen or not
  document.documentElement.classList.add("scripted");

  // An element with text: names come from the data, so nothing is ever put in as markup.
  function make(tag, text, attributes) {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
    return made;
  }

  // ---------------------------------------------------------------------------------------------------- one table

  function Table(frame) {
    const table = frame.querySelector("table");
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
    let rows = [...body.rows]; // in the order in which they are shown
    if (frame.dataset.key) for (const row of rows) rowOf.set(Number(row.dataset.n), row);
    const texts = new Map(); // what a row is searched by
    const menus = [];
    let most = SHOWN;
    let sought = "";
    const count = make("output", "", { "aria-live": "polite" });
    const more = make("button", "", { type: "button", class: "more" });

    const textOf = (row, place) => row.cells[place].textContent.trim();
    const searched = (row) => {
      if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
      return texts.get(row);
    };
    const isWanted = (row) =>
      (!sought || searched(row).includes(sought)) &&
      menus.every(({ menu, place }) => !menu.value || textOf(row, place) === menu.value);

    // Only the rows that are seen are in the page: a browser lays out what it has, hidden or not.
    function show() {
      const found = rows.filter(isWanted);
      const seen = found.slice(0, most);
      const shown = document.createDocumentFragment();
      for (const row of seen) {
        row.hidden = false;
        open(row);
        shown.append(row);
      }
      body.replaceChildren(shown);
      count.textContent = `${found.length.toLocaleString("en")} of ${rows.length.toLocaleString("en")} rows` +
        (seen.length < found.length ? `, the first ${seen.length} shown` : "");
      more.hidden = seen.length >= found.length;
      more.textContent = `Show all ${found.length.toLocaleString("en")} rows`;
    }

    // A row that is seen for the first time gets a button, by which it can be asked with the keyboard.
    function open(row) {
      const name = row.querySelector("th > bdi");
      if (!name) return;
      const button = make("button", undefined, { type: "button", "aria-haspopup": "dialog" });
      name.replaceWith(button);
      button.append(name);
    }

    function valueOf(row, place) {
      const cell = row.cells[place];
      if (cell.hasAttribute("data-v")) {
        const value = cell.getAttribute("data-v");
        return value === "" ? null : Number(value);
      }
      const text = cell.textContent.trim();
      return cell.className || text === "" ? null : text;
    }

    function sort(place) {
      const was = heads[place].getAttribute("aria-sort");
      const sample = rows.map((row) => valueOf(row, place)).find((value) => value !== null);
      const first = typeof sample === "number" && heads[place].textContent.trim() !== "rank" ? "descending" : "ascending";
      const other = first === "descending" ? "ascending" : "descending";
      const now = was === first ? other : first;
      heads.forEach((head, number) => head.setAttribute("aria-sort", number === place ? now : "none"));
      const sign = now === "ascending" ? 1 : -1;
      const keyed = rows.map((row, number) => ({ row, number, value: valueOf(row, place) }));
      keyed.sort((a, b) => {
        if (a.value === null || b.value === null) return (a.value === null) - (b.value === null) || a.number - b.number;
        const apart = typeof a.value === "number" ? a.value - b.value : collator.compare(a.value, b.value);
        return sign * apart || a.number - b.number;
      });
      rows = keyed.map(({ row }) => row);
      show();
    }

    heads.forEach((head, place) => {
      const button = make("button", undefined, { type: "button" });
      button.append(...head.childNodes);
      head.append(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => sort(place));
    });

    function tools() {
      const bar = make("div", undefined, { class: "controls" });
      const search = make("input", undefined, { type: "search", placeholder: "any text", autocomplete: "off" });
      const label = make("label", "Search");
      label.append(search);
      bar.append(label);
      search.addEventListener("input", () => { sought = search.value.trim().toLowerCase(); show(); });
      heads.forEach((head, place) => {
        if (!head.hasAttribute("data-facet")) return;
        const values = [...new Set(rows.map((row) => textOf(row, place)))];
        if (values.length < 2) return;
        values.sort(collator.compare);
        const menu = make("select");
        menu.append(make("option", "all", { value: "" }), ...values.map((value) => make("option", value, { value })));
        const named = make("label", head.textContent.trim());
        named.append(menu);
        bar.append(named);
        menus.push({ menu, place });
        menu.addEventListener("change", show);
      });
      bar.append(count);
      frame.prepend(bar);
    }

    if (frame.hasAttribute("data-tools")) tools();
    frame.append(more);
    more.addEventListener("click", () => { most = Infinity; show(); });
    body.addEventListener("click", (event) => {
      const cell = event.target.closest("td, th");
      if (!cell || !(event.target.closest("button") || cell.hasAttribute("data-v") || cell.title)) return;
      const row = cell.parentElement;
      if (frame.dataset.key) tell([Number(row.dataset.n)]);
      else tellLine(row, heads, cell);
    });
    if (!frame.dataset.key) addEventListener("beforeprint", () => { most = Infinity; show(); });
    show();
  }

  // -------------------------------------------------------------------------------------------------- provenance

  function present(title, tables) {
    const close = make("button", "Close", { type: "button" });
    close.addEventListener("click", () => dialog.close());
    dialog.replaceChildren(make("h2", title, { id: "about-title" }), ...tables, close);
    dialog.showModal();
    close.focus();
  }

  function listed(pairs, asked) {
    const table = make("table");
    const body = table.createTBody();
    for (const [name, value] of pairs) {
      if (value === "" || value === undefined) continue;
      const row = body.insertRow();
      if (name === asked) row.className = "asked";
      row.append(make("th", name, { scope: "row" }), make("td", value));
    }
    return table;
  }

  function tellLine(row, heads, cell) {
    const asked = [...row.cells].indexOf(cell);
    const pairs = [...row.cells].map((one, place) => {
      const name = heads[place].dataset.head || heads[place].textContent.trim();
      const shown = one.querySelector("span[aria-hidden]") ? one.querySelector("i").textContent : one.firstChild.textContent;
      const within = one.title && one.hasAttribute("data-v") ? ` (95% interval ${one.title})` : "";
      return [name, place === 1 ? "" : shown.trim() + within];
    });
    const name = row.querySelector("th").textContent.trim();
    present(name, [listed(pairs, asked > 1 ? pairs[asked][0] : "")]);
  }

  function tell(places) {
    const said = (number) => facts.texts[number];
    const tables = places.map((place) => {
      const [system, task, language, noise, metric, key, why, data, others] = facts.rows[place].map(said);
      const cells = [...rowOf.get(place).cells].map((cell) => cell.textContent.trim());
      return listed([
        ["system", system], ["task", task], ["language", language], ["perturbation", noise ? `${noise}@${cells[4]}` : "clean"],
        ["seed", cells[5]], [metric, cells[6]], ["95% interval, over items", cells[7]], ["items", cells[8]], ["state", cells[9]],
        ["why", why], ["other metrics", others], ["data", data], ["stage", key],
      ], metric);
    });
    const [system, task, language] = facts.rows[places[0]].map(said);
    present(`${task} in ${language}: ${system}`, tables);
  }

  // ---------------------------------------------------------------------------------------------------- heat maps

  function heat() {
    const place = document.getElementById("chooser");
    if (!place) return;
    const maps = [...document.querySelectorAll("#heat > div[data-system]")];
    const menu = make("select");
    menu.append(...maps.map((map, number) => make("option", map.dataset.system, { value: number })));
    const label = make("label", "System");
    label.append(menu);
    place.append(label);
    const pick = () => maps.forEach((map, number) => { map.hidden = number !== Number(menu.value); });
    menu.addEventListener("change", pick);
    pick();
    for (const map of maps) {
      map.addEventListener("click", (event) => {
        const field = event.target.closest(".field");
        if (!field) return;
        const wanted = [map.dataset.system, field.dataset.row, field.dataset.column, ""].map((text) => facts.texts.indexOf(text));
        const found = facts.rows.flatMap((row, number) => (wanted.every((text, at) => row[at] === text) ? [number] : []));
        if (found.length) tell(found);
      });
    }
  }

  for (const frame of document.querySelectorAll(".rows")) Table(frame);
  heat();
  dialog?.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
})();
