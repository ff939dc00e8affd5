// The live feed: one socket that is opened again when it closes, and what the buttons let fail.
const state = document.getElementById("state");
const feed = document.getElementById("feed");
const heard = document.getElementById("heard");
const path = "/ws/feed/";
const MAY_COME_BACK = new Set([1006, 1011, 1012, 1013]);
let socket;
let wait = 500;

function open(path) {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return new WebSocket(`${scheme}://${location.host}${path}`);
}

function show(name, kind) {
  state.textContent = name;
  state.className = `tag ${kind}`;
}

function live() {
  socket = open(path);
  socket.onopen = () => { show("Live", "active"); };
  socket.onmessage = (event) => {
    wait = 500;
    hear(JSON.parse(event.data));
  };
  socket.onclose = (event) => {
    note(`closed with ${event.code} ${event.reason}`);
    if (!MAY_COME_BACK.has(event.code)) return show("Closed", "");
    show("Connecting again", "prospect");
    setTimeout(live, wait);
    wait = Math.min(2 * wait, 30000);
  };
}

function hear(message) {
  if (message.type === "activity") add(message);
  if (message.type === "error") {
    const details = Object.keys(message.details).length ? ` ${JSON.stringify(message.details)}` : "";
    note(`${message.code}: ${message.message}${details}`, message.error_id);
  }
}

function add(activity) {
  const article = document.getElementById("activity").content.cloneNode(true);
  article.querySelector(".tag").textContent = activity.kind;
  article.querySelector("a").textContent = activity.customer;
  article.querySelector("a").href = activity.url;
  article.querySelector("p:last-child").textContent = activity.text;
  feed.prepend(article);
  while (feed.children.length > 20) feed.lastElementChild.remove();
}

function note(text, id = "") {
  const item = document.createElement("li");
  item.append(text);
  if (id) {
    const code = document.createElement("code");
    code.textContent = id;
    item.append(document.createElement("br"), code);
  }
  if (heard.firstElementChild?.className === "soft") heard.replaceChildren();
  heard.prepend(item);
  while (heard.children.length > 8) heard.lastElementChild.remove();
}

function fail(button) {
  if (button.dataset.path === path) {
    for (let time = 0; time < Number(button.dataset.times); time += 1) socket.send(button.dataset.says);
    return;
  }
  const other = open(button.dataset.path);
  other.onopen = () => { note("opened"); };
  other.onmessage = (event) => { hear(JSON.parse(event.data)); };
  other.onclose = (event) => { note(`closed with ${event.code} ${event.reason}`); };
}

for (const button of document.querySelectorAll("[data-path]")) {
  button.addEventListener("click", () => { fail(button); });
}
live();
// From the page of failures: `#feed-bug` lets it fail at once.
socket.addEventListener("open", () => { document.getElementById(location.hash.slice(1))?.click(); }, { once: true });
