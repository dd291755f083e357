// Data of the reader's own that was given to one lab, for the others of its page that take its format.
// In Jupyter every widget brings a copy of this script, so what they share is kept in the page itself.

/**
 * Joins the lab in `host` to those that take `format`. `offered({name, buffer})` is called when another
 * lab was given data. The result has latest(), what was given last or null; share(data); leave().
 */
export function joinSharing(format, host, offered) {
  const { takers, given } = (globalThis.scalelabShared ??= { takers: new Set(), given: new WeakMap() });
  const taker = { format, host, offered };
  takers.add(taker);

  function known() {
    const place = sharingPlace(host);
    if (!given.has(place)) given.set(place, new Map());
    return given.get(place);
  }

  return {
    latest: () => known().get(format) ?? null,
    share(data) {
      known().set(format, data);
      for (const other of [...takers]) {
        const near = sharingPlace(other.host) === sharingPlace(host);
        if (other !== taker && other.format === format && near) other.offered(data);
      }
    },
    leave: () => takers.delete(taker),
  };
}

// JupyterLab shows several notebooks in one page; each is a place of its own.
function sharingPlace(host) {
  return host.closest(".jp-NotebookPanel") ?? document;
}
