// Airflow shows the pages in a frame that may not open tabs, so that a link to elsewhere would lead nowhere. The page
// around it is of the same origin and may: the click is handed to it.
if (window.parent !== window) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="http"]');
    if (!link || link.origin === location.origin || event.defaultPrevented) return;
    event.preventDefault();
    const outer = window.parent.document.createElement("a");
    outer.href = link.href;
    outer.target = "_blank";
    outer.rel = "noopener noreferrer";
    outer.click();
  });
}
