// From the kernel's table of numbers to records with names, and to single readings.

/** The table (a DataView of little-endian float64, row by row) as the chart reads it. */
export function tableRows(columns, table) {
  const width = columns.length;
  const count = Math.floor(table.byteLength / 8 / width);
  const rows = new Array(count);
  for (let i = 0; i < count; i += 1) {
    const row = {};
    for (let j = 0; j < width; j += 1) {
      const value = table.getFloat64((i * width + j) * 8, true);
      const { name, labels } = columns[j];
      row[name] = labels && labels.length ? labels[value] : value;
    }
    rows[i] = row;
  }
  return rows;
}

/** What `reading` picks out of the rows at `settings`: a number or a label; null if no row matches. */
export function readingValue(definition, reading, rows, settings) {
  const conditions = Object.entries(reading.where ?? {}).map(([name, wanted]) => [
    name,
    expectation(definition, name, wanted, settings),
  ]);
  const row = rows.find((each) => conditions.every(([name, wanted]) => same(each[name], wanted)));
  return row === undefined ? null : row[reading.column];
}

function expectation(definition, columnName, wanted, settings) {
  const reference = typeof wanted === "string" && /^\{(\w+)\}$/.exec(wanted);
  const value = reference ? settings[reference[1]] : wanted;
  if (typeof value === "string") return value;
  const { labels } = definition.columns.find((column) => column.name === columnName);
  return labels && labels.length ? labels[value] : value;
}

function same(value, wanted) {
  if (typeof value === "string" || typeof wanted === "string") return value === wanted;
  return Math.abs(value - wanted) <= 1e-9 * Math.max(Math.abs(value), Math.abs(wanted));
}
