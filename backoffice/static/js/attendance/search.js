// Finds names on a list however they are spelt: marks and tatweel off, one form of each letter (backoffice.shared.text).

const LETTERS = { أ: "ا", إ: "ا", آ: "ا", ٱ: "ا", ى: "ي", ة: "ه", ؤ: "و", ئ: "ي" };

function fold(text) {
  return text
    .normalize("NFC")
    .replace(/[\u064b-\u065f\u0670\u0640]/g, "")
    .replace(/[أإآٱىةؤئ]/g, (letter) => LETTERS[letter])
    .replace(/[٠-٩۰-۹]/g, (digit) => String(digit.charCodeAt(0) & 0xf))
    .toLowerCase()
    .trim();
}

/** Hide the rows that none of the typed words is in; returns how many are left. */
export function filterRows(rows, typed, textOf) {
  const words = fold(typed).split(/\s+/);
  let left = 0;
  for (const row of rows) {
    const text = fold(textOf(row));
    row.hidden = !words.every((word) => text.includes(word));
    left += row.hidden ? 0 : 1;
  }
  return left;
}
