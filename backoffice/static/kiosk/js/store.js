// What this tablet keeps: which device it is, and each reading until the server has answered it. A reading is waiting,
// answered or refused; it goes from one to the other in one transaction, so a crash leaves it whole in one of them.
const LATEST = 10;
let opened;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open("kiosk", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("tablet");
      const readings = asked.result.createObjectStore("readings", { keyPath: "order", autoIncrement: true });
      readings.createIndex("scan_id", "scan_id", { unique: true });
      readings.createIndex("state", "state");
    };
    asked.onsuccess = () => {
      // A browser may take the database away, as iPads do after a long sleep: the next that needs it opens it anew.
      asked.result.onclose = () => (opened = undefined);
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error);
  });
  opened.catch(() => (opened = undefined));
  return opened;
}

// One transaction, resolved when it is on the disk: with what `work` returns, or with the result of a request of it.
async function within(name, mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(name, mode, { durability: "strict" });
    const made = work(transaction.objectStore(name));
    transaction.oncomplete = () => resolve(made instanceof IDBRequest ? made.result : made);
    transaction.onabort = () => reject(transaction.error);
  });
}

const written = (request, next) => (request.onsuccess = () => next(request.result));

// --- the tablet ---------------------------------------------------------------------------------------------------

// {id, key, dismissed}: dismissed when the server no longer takes the key.
export const device = () => within("tablet", "readonly", (tablet) => tablet.get("device"));

export const keepDevice = ({ id, key }) =>
  within("tablet", "readwrite", (tablet) => void tablet.put({ id, key, dismissed: false }, "device"));

// Only while it is still this key: a new one may have been entered since it was sent.
export const dismiss = (key) =>
  within("tablet", "readwrite", (tablet) => {
    written(tablet.get("device"), (kept) => {
      if (kept?.key === key) tablet.put({ ...kept, dismissed: true }, "device");
    });
  });

export const choice = (name) => within("tablet", "readonly", (tablet) => tablet.get(name));
export const choose = (name, value) => within("tablet", "readwrite", (tablet) => void tablet.put(value, name));

// --- its readings -------------------------------------------------------------------------------------------------

export async function keepReading({ code, method }) {
  const at = new Date().toISOString();
  const reading = { scan_id: crypto.randomUUID(), code, method, at, state: "waiting" };
  reading.order = await within("readings", "readwrite", (readings) => readings.add(reading));
  return reading;
}

// The first that wait, in the order in which they were read.
export const waiting = (most) =>
  within("readings", "readonly", (readings) => readings.index("state").getAll("waiting", most));

export const refused = () => within("readings", "readonly", (readings) => readings.index("state").getAll("refused"));

export function counts() {
  return within("readings", "readonly", (readings) => {
    const found = {};
    for (const state of ["waiting", "refused"])
      written(readings.index("state").count(state), (count) => (found[state] = count));
    return found;
  });
}

// The last ones, whatever became of them, newest first.
export function latest() {
  return within("readings", "readonly", (readings) => {
    const found = [];
    written(readings.openCursor(null, "prev"), (cursor) => {
      if (!cursor) return;
      found.push(cursor.value);
      if (found.length < LATEST) cursor.continue();
    });
    return found;
  });
}

// What the server said: [{scan_id, state, …}]. One that was answered before, by another window, stays as it is.
export function settle(answers) {
  return within("readings", "readwrite", (readings) => {
    for (const answer of answers)
      written(readings.index("scan_id").get(answer.scan_id), (reading) => {
        if (reading?.state === "waiting") readings.put({ ...reading, ...answer });
      });
    forgetAnswered(readings, LATEST);
  });
}

export const sendAgain = () =>
  within("readings", "readwrite", (readings) => {
    written(readings.index("state").getAll("refused"), (found) => {
      for (const reading of found) readings.put({ ...reading, state: "waiting" });
    });
  });

export const remove = (order) => within("readings", "readwrite", (readings) => void readings.delete(order));

// The key and people's names leave this tablet; what the server hasn't got yet stays.
export async function forgetDevice() {
  await within("tablet", "readwrite", (tablet) => void tablet.delete("device"));
  await within("readings", "readwrite", (readings) => forgetAnswered(readings, 0));
}

function forgetAnswered(readings, but) {
  let left = but;
  written(readings.index("state").openCursor("answered", "prev"), (cursor) => {
    if (!cursor) return;
    if (left > 0) left -= 1;
    else cursor.delete();
    cursor.continue();
  });
}
