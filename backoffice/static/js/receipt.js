// The page that a print was counted for asks for paper by itself, once its fonts are there.
if (document.body.hasAttribute("data-printing")) {
  await document.fonts.ready;
  window.print();
}
