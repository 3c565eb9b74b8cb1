// Arabic and Persian digits typed into a date, a time or a number become Western ones: that is how the forms read them.
(() => {
  const FOREIGN = /[٠-٩۰-۹٫]/;
  const FIELDS = ".vDateField, .vTimeField, input[type=number], input[type=tel], input[inputmode=numeric], input[inputmode=decimal]";
  const digit = (sign) => (sign === "٫" ? "." : String(sign.charCodeAt(0) & 0xf));
  const western = (text) => Array.from(text, (sign) => (FOREIGN.test(sign) ? digit(sign) : sign)).join("");

  document.addEventListener("beforeinput", (event) => {
    const field = event.target;
    const text = event.data ?? event.dataTransfer?.getData("text/plain");
    if (!text || !FOREIGN.test(text) || !field.matches?.(FIELDS)) return;
    event.preventDefault();
    // Unlike setting the value, this keeps the caret, the selection and undo.
    document.execCommand("insertText", false, western(text));
  });
})();
