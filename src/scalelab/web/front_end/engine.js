// One kernel, run in a worker of its own so that the page never waits for it.
// The worker is made from a string, because a page opened from disk may not load a worker file.

export class Stopped extends Error {}

export class Engine {
  // `types`: the kernel's parameter types in order, as in a lab's definition.
  constructor(wasmBytes, types) {
    this.wasmBytes = wasmBytes;
    this.types = types;
    this.worker = null;
    this.kept = [];
    this.pending = null;
    this.runs = 0;
  }

  // Calls the kernel once for each entry of `calls` (argument arrays in kernel order);
  // resolves to one Float64Array per call. `onPart(done, total)` after each.
  run(calls, onPart = () => {}) {
    if (this.pending) return Promise.reject(new Error("this model is already running"));
    return new Promise((resolve, reject) => {
      const run = (this.runs += 1);
      this.pending = { run, tables: [], total: calls.length, onPart, resolve, reject };
      if (!calls.length) {
        this.finish((pending) => pending.resolve([]));
        return;
      }
      const message = { run, types: this.types };
      if (!this.worker) {
        this.worker = this.start();
        this.kept = [];
        message.module = this.wasmBytes;
      }
      message.calls = calls.map((call) => call.map((value, place) => this.sentOnce(value, place)));
      this.worker.postMessage(message);
    });
  }

  // The worker keeps the last array of each place: null stands for it. A reader's own data may be large.
  sentOnce(value, place) {
    if (!ArrayBuffer.isView(value)) return value;
    if (this.kept[place] === value) return null;
    this.kept[place] = value;
    return value;
  }

  stop() {
    this.worker?.terminate();
    this.worker = null;
    this.finish((pending) => pending.reject(new Stopped("stopped")));
  }

  start() {
    const url = URL.createObjectURL(new Blob([WORKER_SOURCE], { type: "text/javascript" }));
    const worker = new Worker(url);
    worker.onmessage = ({ data: answer }) => this.receive(answer);
    worker.onerror = (event) => {
      this.worker = null;
      this.finish((pending) => pending.reject(new Error(event.message || "the worker failed")));
    };
    return worker;
  }

  receive({ run, table, error }) {
    const pending = this.pending;
    if (!pending || run !== pending.run) return;
    if (error) {
      // A trapped module is in an unknown state; the next run starts a new one.
      this.worker.terminate();
      this.worker = null;
      this.finish(() => pending.reject(new Error(error)));
      return;
    }
    pending.tables.push(table);
    pending.onPart(pending.tables.length, pending.total);
    if (pending.tables.length === pending.total) this.finish(() => pending.resolve(pending.tables));
  }

  finish(settle) {
    const pending = this.pending;
    this.pending = null;
    if (pending) settle(pending);
  }
}
