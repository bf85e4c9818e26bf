// The checkbox in a table's head chooses or leaves all rows of this page: data-pick-all="name of the rows' checkboxes".
"use strict";
document.querySelectorAll("[data-pick-all]").forEach((all) => {
  const table = all.closest("table");
  const rows = () => [...table.querySelectorAll("tbody input[type=checkbox]")].filter((box) => box.name === all.dataset.pickAll);
  const show = () => { const on = rows().filter((box) => box.checked).length; all.checked = on > 0 && on === rows().length; all.indeterminate = on > 0 && on < rows().length; };
  all.hidden = false;
  all.addEventListener("change", () => rows().forEach((box) => { box.checked = all.checked; }));
  table.addEventListener("change", show);
  show();
});
