// Bugs of a page: each is called in more than one way, and leaves what was thrown in `thrown`.
Error.stackTraceLimit = 50; // as the SDK sets it
const thrown = {};
const keep = globalThis.shopKeep ?? ((name) => ({ name: type, message, stack }) => { thrown[name] = { name: type, message, stack }; });
const attempt = (name, action) => { try { action(); } catch (error) { keep(name)(error); } };

class Cart {
  #total(order) { return order.lines.length; }
  pay(order) { return this.#total(order); }
  get total() { return this.missing.total; }
  static empty() { return notThere; }
}
class Order {
  constructor(lines) { this.first = lines[0].price; }
}
function direct(depth) { if (depth === 0) { throw new RangeError("too deep " + depth); } return direct(depth - 1); }
function ping(depth) {
  if (depth <= 0) {
    throw new Error("nobody");
  }
  return pong(depth - 1);
}
function pong(depth) {
  if (depth <= 0) {
    throw new Error("nobody");
  }
  return ping(depth - 1);
}
function endless(n) { return endlessToo(n + 1); }
function endlessToo(n) { return endless(n + 1); }
function inCallback(lines) { return lines.forEach((line) => line.price.toFixed()); }
async function later(ms) { await new Promise((done) => setTimeout(done, ms)); return refused(); }
function refused() { throw new TypeError("refused"); }
async function awaited(ms) { await later(ms); }
function evaluated(text) { return eval(text); }

attempt("property/0", () => new Cart().pay(undefined));
attempt("property/1", function () { new Cart().pay(undefined); });
attempt("getter/0", () => new Cart().total);
attempt("undefined_name/0", () => Cart.empty());
attempt("constructor/0", () => new Order([]));
attempt("direct/0", () => direct(0));
attempt("direct/1", () => direct(9));
attempt("ping/0", () => ping(2));
attempt("ping/1", () => ping(7));
attempt("endless/0", () => endless(0));
attempt("endless/1", () => endless.call(null, 5));
attempt("callback/0", () => inCallback([{}]));
attempt("callback/1", () => inCallback([{ price: 1 }, {}]));
attempt("evaluated/0", () => evaluated("nothing.there"));
globalThis.shopReady = Promise.all([
  later(1).catch(keep("later/0")),
  awaited(2).catch(keep("later/1")),
]).then(() => thrown);
