// A reader that types: a burst of keystrokes faster than fingers, ended by Enter.
const SLOWEST = 80;
// What came longer ago belongs to something else.
const PAUSE = 700;
const SHORTEST = 3;
const LONGEST = 80;
// What the keys of a reader mean, whatever layout the tablet is set to: with the Arabic one it would type "شلا".
const SIGNS = { Minus: "-", Period: ".", Slash: "/", Semicolon: ";", Comma: ",", Equal: "=", NumpadSubtract: "-" };
const SHIFTED = { Minus: "_", Semicolon: ":", Equal: "+", Slash: "?" };

export function readKeys(onCode) {
  let typed = "";
  let begun = 0;
  let last = 0;
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || isForWriting(event.target)) return;
      const now = event.timeStamp;
      if (now - last > PAUSE) typed = "";
      if (!typed) begun = now;
      last = now;
      if (event.key !== "Enter") {
        typed += signOf(event);
        return;
      }
      const code = typed;
      typed = "";
      // By the whole of it: one key that came late would else cut the code in two, and half a code is another's.
      if (code.length < SHORTEST || code.length > LONGEST || (now - begun) / code.length > SLOWEST) return;
      // Else it would also press the button that has the focus.
      event.preventDefault();
      event.stopPropagation();
      onCode(code);
    },
    { capture: true },
  );
}

const isForWriting = (target) => target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;

function signOf(event) {
  const { code, key, shiftKey } = event;
  if (key.length === 1 && key > " " && key <= "~") return key;
  const plain = /^(?:Digit|Numpad)(\d)$/.exec(code) ?? /^Key([A-Z])$/.exec(code);
  if (!plain) return (shiftKey ? SHIFTED[code] : SIGNS[code]) ?? "";
  return shiftKey ? plain[1] : plain[1].toLowerCase();
}
