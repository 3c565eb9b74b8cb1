// Reads QR codes from the camera: with the browser's own detector, or with the one that comes with the page.
const BETWEEN_LOOKS = 120;
// A card that is held still is read once; it is new again when it was away this long.
const FORGOTTEN_AFTER = 5_000;

let stream;
let detector;
let looking = 0;

export async function startCamera(video, facing, onCode) {
  await stopCamera(video);
  stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: facing, width: { ideal: 1280 }, height: { ideal: 720 } },
  });
  video.srcObject = stream;
  // People see themselves as in a mirror.
  video.classList.toggle("mirrored", facing === "user");
  video.hidden = false;
  await video.play();
  detector ??= await makeDetector();
  look(video, onCode, (looking += 1));
  return stream;
}

export async function stopCamera(video) {
  looking += 1;
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = undefined;
  video.srcObject = null;
  video.hidden = true;
}

export async function hasSeveralCameras() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind }) => kind === "videoinput").length > 1;
}

async function makeDetector() {
  const own = window.BarcodeDetector;
  if (own && (await own.getSupportedFormats().catch(() => [])).includes("qr_code")) return new own({ formats: ["qr_code"] });
  const vendored = await import("../vendor/qr/decode.js");
  return new vendored.BarcodeDetector({ formats: ["qr_code"] });
}

async function look(video, onCode, turn) {
  const seen = new Map();
  while (turn === looking) {
    if (!document.hidden && video.readyState >= video.HAVE_CURRENT_DATA)
      for (const code of await codesIn(video)) if (isNew(seen, code)) onCode(code);
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS));
  }
}

async function codesIn(video) {
  try {
    const found = await detector.detect(video);
    return found.map(({ rawValue }) => rawValue.trim()).filter(Boolean);
  } catch {
    // A frame that can't be read: the next one comes in a moment.
    return [];
  }
}

function isNew(seen, code) {
  const now = performance.now();
  const before = seen.get(code);
  seen.set(code, now);
  return before === undefined || now - before > FORGOTTEN_AFTER;
}
