"use strict";

// Filters the clauses of the page, opens and closes them all, and opens what a link leads to.
(() => {
  const tools = document.querySelector(".tools");
  const wanted = tools.querySelector("input");
  const choices = [...tools.querySelectorAll("select")];
  const matching = tools.querySelector("[role=status]");
  const reset = tools.querySelector("[value=reset]");
  const contents = document.querySelector("nav");
  const entries = [...document.querySelectorAll("[data-clause]")].map((element) => ({
    element,
    says: `${element.dataset.clause} ${element.querySelector(".says").textContent}`.toLowerCase(),
  }));
  const groups = [...document.querySelectorAll("[data-group]")];
  const inDocuments = entries.filter(({ element }) => element.id === element.dataset.clause);

  const filter = () => {
    const words = wanted.value.toLowerCase().split(/\s+/);
    for (const { element, says } of entries) {
      const isChosen = choices.every(({ name, value }) => !value || element.dataset[name] === value);
      element.hidden = !isChosen || !words.every((word) => says.includes(word));
    }
    for (const group of groups) {
      group.hidden = !group.querySelector("[data-clause]:not([hidden])");
    }
    const shown = inDocuments.filter(({ element }) => !element.hidden).length;
    matching.textContent = `${shown} of ${inDocuments.length} clauses`;
    reset.hidden = [wanted, ...choices].every(({ value }) => !value);
    // What was filtered away may have been all that was in view.
    if (contents.getBoundingClientRect().bottom < 0) contents.scrollIntoView();
  };

  const showAll = () => {
    for (const control of [wanted, ...choices]) control.value = "";
    filter();
  };

  const open = (isOpen) => {
    for (const details of document.querySelectorAll("main details")) details.open = isOpen;
  };

  const followLink = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target) return;
    if (target.closest("[hidden]")) showAll();
    for (let at = target.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
    target.scrollIntoView();
  };

  tools.addEventListener("input", filter);
  tools.querySelector("[value=open]").addEventListener("click", () => open(true));
  tools.querySelector("[value=close]").addEventListener("click", () => open(false));
  reset.addEventListener("click", showAll);
  addEventListener("hashchange", followLink);
  tools.hidden = false;
  filter();
  followLink();
})();
