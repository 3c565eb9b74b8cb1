// What a result looks and sounds like: its icon, its family of colours, its tune.
const LOOKS = {
  check_in: ["check", "in"],
  present: ["check", "in"],
  re_entry: ["check", "in"],
  check_out: ["out", "out"],
  repeat: ["again", "again"],
  duplicate: ["again", "again"],
  received: ["check", "again"],
  unknown_code: ["question", "trouble"],
  outside_window: ["clock", "warning"],
  sending: ["send", "sending"],
  queued: ["queued", "queued"],
  refused: ["cross", "trouble"],
  not_kept: ["cross", "trouble"],
};
const TUNES = { in: "in", out: "out", again: "again", queued: "queued", warning: "trouble", trouble: "trouble" };

// What a reading is called: by the server's outcome, or by what this tablet knows of it.
export function nameOf(reading, isSending) {
  if (reading.state === "answered") return reading.outcome in LOOKS ? reading.outcome : "received";
  if (reading.state === "waiting") return isSending ? "sending" : "queued";
  return reading.state;
}

export function lookOf(name) {
  const [icon, family] = LOOKS[name];
  return { icon, family, tune: TUNES[family] };
}
