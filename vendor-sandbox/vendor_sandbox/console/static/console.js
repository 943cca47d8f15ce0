// What htmx is told beyond attributes. Pages work without this file, and without htmx.
"use strict";

(() => {
  const reading = (part) => {
    const selection = document.getSelection();
    return selection !== null && !selection.isCollapsed && part.contains(selection.anchorNode);
  };

  // A hidden page asks for nothing, and what somebody is selecting is not replaced.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const part = event.target;
    if (part.matches("[data-live]") && (document.hidden || reading(part))) {
      event.preventDefault();
    }
  });

  const lost = (is) => {
    document.getElementById("lost").hidden = !is;
  };
  document.addEventListener("htmx:sendError", () => lost(true));
  document.addEventListener("htmx:afterOnLoad", () => lost(false));
})();
