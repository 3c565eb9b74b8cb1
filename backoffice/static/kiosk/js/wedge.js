// A reader that types: a burst of keystrokes faster than fingers, ended by Enter.
const BETWEEN_KEYS = 60;
const SHORTEST = 3;
const LONGEST = 80;
// What the keys of a reader mean, whatever layout the tablet is set to: with the Arabic one it would type "شلا".
const SIGNS = { Minus: "-", Period: ".", Slash: "/", Semicolon: ";", Comma: ",", Equal: "=", NumpadSubtract: "-" };
const SHIFTED = { Minus: "_", Semicolon: ":", Equal: "+", Slash: "?" };

export function readKeys(onCode) {
  let typed = "";
  let last = 0;
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || isForWriting(event.target)) return;
      if (event.timeStamp - last > BETWEEN_KEYS) typed = "";
      last = event.timeStamp;
      if (event.key === "Enter") {
        const code = typed;
        typed = "";
        if (code.length < SHORTEST || code.length > LONGEST) return;
        // Else it would also press the button that has the focus.
        event.preventDefault();
        event.stopPropagation();
        onCode(code);
      } else typed += signOf(event);
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
