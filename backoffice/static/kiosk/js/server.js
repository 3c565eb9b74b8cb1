// One request to the centre, and what its answer means for the readings that were in it.
const ADDRESS = "/api/v1/devices/scans/";
const PATIENCE = 15_000;
// What the contract says of a body that isn't right; any other refusal isn't about the readings.
const FAULTY = new Set([400, 413, 422]);
const DISMISSED = new Set([401, 403]);

// {kind: "answered", results} · {kind: "faulty", detail} · {kind: "dismissed"} · {kind: "away", wait}: whatever isn't
// an answer of the centre itself, be it a cut, a proxy's page or the sign-in page of somebody's network, is "away".
export async function post(device, readings) {
  try {
    const answer = await fetch(ADDRESS, request(device, readings));
    if (DISMISSED.has(answer.status)) return { kind: "dismissed" };
    if (FAULTY.has(answer.status)) return { kind: "faulty", detail: detailOf(await answer.text()) };
    if (!answer.ok) return { kind: "away", wait: Number(answer.headers.get("Retry-After")) * 1000 || 0 };
    const { results } = await answer.json();
    return Array.isArray(results) ? { kind: "answered", results } : { kind: "away" };
  } catch {
    return { kind: "away" };
  }
}

function request(device, readings) {
  const scans = readings.map(({ scan_id, code, method, at }) => ({ scan_id, code, method, at }));
  return {
    method: "POST",
    headers: {
      Authorization: `Device ${device.id}:${device.key}`,
      "Content-Type": "application/json",
      "Accept-Language": document.documentElement.lang,
    },
    // What this tablet's clock shows: the centre puts the readings' times right by it.
    body: JSON.stringify({ scans, sent_at: new Date().toISOString() }),
    // Somebody of the staff may be signed in on this tablet: that is none of the device's business.
    credentials: "omit",
    cache: "no-store",
    redirect: "error",
    signal: AbortSignal.timeout(PATIENCE),
  };
}

// The first sentence in the answer, wherever it stands: {"detail": "…"} or {"scans": [{"at": ["…"]}]}.
function detailOf(text) {
  try {
    let found = JSON.parse(text);
    found = found.detail ?? found;
    while (found && typeof found === "object") found = Object.values(found).find((one) => one && (typeof one === "string" || Object.keys(one).length));
    return String(found ?? "").slice(0, 200);
  } catch {
    return "";
  }
}
