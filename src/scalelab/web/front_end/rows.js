// From the kernel's table of numbers to records with names, and to single readings.

/**
 * The table (a DataView of little-endian float64, row by row) as the chart reads it. `names` are those of
 * the reader's own data, null without.
 */
export function tableRows(columns, table, names = null) {
  const width = columns.length;
  const count = Math.floor(table.byteLength / 8 / width);
  const rows = new Array(count);
  for (let i = 0; i < count; i += 1) {
    const row = {};
    for (let j = 0; j < width; j += 1) {
      row[columns[j].name] = entryOf(columns[j], table.getFloat64((i * width + j) * 8, true), names);
    }
    rows[i] = row;
  }
  rows.names = names;
  return rows;
}

// An index as its name, a number as it is.
function entryOf(column, value, names) {
  if (column.names && names) return names[column.names]?.[value] ?? `${column.names} ${value}`;
  return column.labels?.length ? column.labels[value] : value;
}

/** What `reading` picks out of the rows at `settings`: a number or a label; null if no row matches. */
export function readingValue(definition, reading, rows, settings) {
  const conditions = Object.entries(reading.where ?? {}).map(([name, wanted]) => [
    name,
    expectation(definition, name, wanted, settings, rows.names),
  ]);
  const row = rows.find((each) => conditions.every(([name, wanted]) => same(each[name], wanted)));
  return row === undefined ? null : row[reading.column];
}

function expectation(definition, columnName, wanted, settings, names) {
  const reference = typeof wanted === "string" && /^\{(\w+)\}$/.exec(wanted);
  const value = reference ? settings[reference[1]] : wanted;
  if (typeof value === "string") return value;
  return entryOf(definition.columns.find((column) => column.name === columnName), value, names);
}

function same(value, wanted) {
  if (typeof value === "string" || typeof wanted === "string") return value === wanted;
  return Math.abs(value - wanted) <= 1e-9 * Math.max(Math.abs(value), Math.abs(wanted));
}
