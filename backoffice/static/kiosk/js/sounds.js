// What each kind of result sounds like, made by the browser: [frequency in Hz, begin, length in s].
const TUNES = {
  in: [[660, 0, 0.12], [880, 0.12, 0.22]],
  out: [[880, 0, 0.12], [660, 0.12, 0.22]],
  again: [[520, 0, 0.08], [520, 0.14, 0.08]],
  queued: [[440, 0, 0.18]],
  trouble: [[220, 0, 0.2], [165, 0.22, 0.35]],
};
const LOUDNESS = 0.25;
let context;

// Browsers let a page sound only after somebody touched it.
export function waitForTouch(onReady) {
  const wake = async () => {
    context ??= new AudioContext();
    await context.resume();
    if (context.state !== "running") return;
    for (const name of ["pointerdown", "keydown"]) document.removeEventListener(name, wake);
    onReady();
  };
  for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, wake);
}

export function play(kind) {
  if (context?.state !== "running" || !TUNES[kind]) return;
  for (const [frequency, begin, length] of TUNES[kind]) tone(frequency, context.currentTime + begin, length);
}

function tone(frequency, begin, length) {
  const oscillator = new OscillatorNode(context, { frequency, type: "triangle" });
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(0, begin);
  gain.gain.linearRampToValueAtTime(LOUDNESS, begin + 0.01);
  gain.gain.exponentialRampToValueAtTime(0.001, begin + length);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(begin);
  oscillator.stop(begin + length);
}
