// Runs inside a worker: instantiates a kernel's WebAssembly module and calls it.
// The calling convention is numba's (see wasm.py): result pointer, exception pointer, then the
// arguments, an array spread over seven of them; int64 travels as BigInt.

const RESULT_BYTES = 64;
const DATA_POINTER = 24;
const ROW_COUNT = 32;
const COLUMN_COUNT = 40;

let kernel;
const kept = [];

function spread(array) {
  const pointer = kernel.allocate(Math.max(array.byteLength, 8));
  new Uint8Array(kernel.memory.buffer, pointer, array.byteLength).set(
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
  );
  const length = BigInt(array.length);
  const size = BigInt(array.BYTES_PER_ELEMENT);
  return [0, 0, length, size, pointer, length, size];
}

function call(values, types) {
  kernel.reset();
  const result = kernel.allocate(RESULT_BYTES);
  const exception = kernel.allocate(8);
  const flat = values.flatMap((value, i) => {
    if (ArrayBuffer.isView(value)) return spread(value);
    return [types[i] === "int64" ? BigInt(value) : Number(value)];
  });
  const status = kernel.run(result, exception, ...flat);
  if (status !== 0) throw new Error(`the model stopped with status ${status}`);
  const view = new DataView(kernel.memory.buffer);
  const data = view.getUint32(result + DATA_POINTER, true);
  const rows = Number(view.getBigInt64(result + ROW_COUNT, true));
  const columns = Number(view.getBigInt64(result + COLUMN_COUNT, true));
  return new Float64Array(kernel.memory.buffer, data, rows * columns).slice();
}

// An array that was sent before is not sent again.
function withKept(value, place) {
  if (ArrayBuffer.isView(value)) kept[place] = value;
  return value === null ? kept[place] : value;
}

self.onmessage = async ({ data: message }) => {
  try {
    if (message.module) {
      kernel = (await WebAssembly.instantiate(message.module, {})).instance.exports;
    }
    for (const values of message.calls) {
      const table = call(values.map(withKept), message.types);
      self.postMessage({ run: message.run, table }, [table.buffer]);
    }
  } catch (error) {
    self.postMessage({ run: message.run, error: String(error.message ?? error) });
  }
};
