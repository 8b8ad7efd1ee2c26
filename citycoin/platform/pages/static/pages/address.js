// A page that was answered to a form has the form's address: it gets its own, before its other scripts read it.

history.replaceState(null, "", document.currentScript.dataset.address);
