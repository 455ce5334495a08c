/*
 * Runs first in every preview and published app. Tells the page around it about errors and console lines, and
 * shows an error as plain text when the app leaves its root empty. It answers nothing and trusts nothing.
 */
(function () {
  "use strict";

  var TEXT_LIMIT = 2000;
  var STACK_LIMIT = 4000;
  var LINES_PER_SECOND = 60;
  // No content policy covers peer connections, and not every browser knows the header that does. A frame inside this
  // one is another opaque origin, so nobody finds the constructor there either.
  ["RTCPeerConnection", "webkitRTCPeerConnection", "mozRTCPeerConnection"].forEach(function (name) {
    delete window[name];
    if (name in window) Object.defineProperty(window, name, { value: undefined });
  });

  var framed = window.parent !== window;
  var parentWindow = window.parent;
  var post = parentWindow.postMessage.bind(parentWindow);

  function tell(type, fields) {
    if (!framed) return;
    var message = { source: "second-app", type: type };
    for (var key in fields) message[key] = fields[key];
    try {
      post(message, "*");
    } catch (_) {
      // The frame is going away.
    }
  }

  function clip(text, limit) {
    text = String(text);
    return text.length > limit ? text.slice(0, limit) + "…" : text;
  }

  function inWords(value) {
    if (typeof value === "string") return value;
    if (value instanceof Error) return value.stack && value.stack.indexOf(value.message) >= 0 ? value.stack : String(value);
    if (typeof value === "function") return "function " + (value.name || "anonymous");
    if (value === null || typeof value !== "object") return String(value);
    if (typeof Node !== "undefined" && value instanceof Node) return "<" + String(value.nodeName).toLowerCase() + ">";
    try {
      var seen = [];
      return JSON.stringify(value, function (_, inner) {
        if (typeof inner === "bigint") return String(inner) + "n";
        if (inner && typeof inner === "object") {
          if (seen.indexOf(inner) >= 0 || seen.length > 200) return "…";
          seen.push(inner);
        }
        return inner;
      });
    } catch (_) {
      return Object.prototype.toString.call(value);
    }
  }

  var second = 0;
  var dropped = 0;
  // Chatter does not use up what is left for warnings and errors.
  var lines = { chatter: 0, trouble: 0 };

  function sendLine(level, text) {
    var now = Math.floor(Date.now() / 1000);
    if (now !== second) {
      if (dropped) tell("second:console", { level: "warn", text: dropped + " more console lines were left out." });
      second = now;
      lines = { chatter: 0, trouble: 0 };
      dropped = 0;
    }
    if (++lines[level === "warn" || level === "error" ? "trouble" : "chatter"] > LINES_PER_SECOND) {
      dropped++;
      return;
    }
    tell("second:console", { level: level, text: clip(text, TEXT_LIMIT) });
  }

  ["log", "info", "warn", "error", "debug"].forEach(function (level) {
    var original = console[level];
    console[level] = function () {
      try {
        sendLine(level, Array.prototype.map.call(arguments, function (each) { return inWords(each); }).join(" "));
      } catch (_) {
        // An argument that cannot even be looked at is left to the browser's own console.
      }
      return original.apply(console, arguments);
    };
  });

  function looksEmpty() {
    var root = document.getElementById("root") || document.body;
    return !root || (root.childElementCount === 0 && !root.textContent.trim());
  }

  function show(message) {
    if (!looksEmpty()) return;
    var root = document.getElementById("root") || document.body;
    if (!root) return;
    var box = document.createElement("div");
    box.setAttribute("role", "alert");
    box.style.cssText =
      "max-width:40rem;margin:0 auto;padding:12vh 1.5rem 1.5rem;font:14px/1.6 system-ui,sans-serif;color-scheme:light dark;";
    var title = document.createElement("strong");
    title.textContent = "This app stopped before it could show anything.";
    var detail = document.createElement("pre");
    detail.style.cssText = "white-space:pre-wrap;overflow-wrap:anywhere;font:13px/1.5 ui-monospace,monospace;";
    detail.textContent = clip(message, TEXT_LIMIT);
    box.appendChild(title);
    box.appendChild(detail);
    root.appendChild(box);
  }

  function report(kind, message, extra) {
    var fields = { kind: kind, message: clip(message || "Unknown error", TEXT_LIMIT) };
    for (var key in extra) if (extra[key] !== undefined && extra[key] !== "") fields[key] = extra[key];
    tell("second:error", fields);
    // Rendering libraries clear their root after the error; look when they are done.
    var look = function () { setTimeout(function () { show(fields.message); }, 60); };
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", look);
    else look();
  }

  window.addEventListener(
    "error",
    function (event) {
      var target = event.target;
      if (target && target !== window && target.tagName) {
        if (target.tagName === "SCRIPT") report("load", "A script of the app did not load: " + clip(target.src, 300), {});
        else sendLine("warn", "Did not load: " + clip(target.src || target.href || target.tagName, 300));
        return;
      }
      report("error", event.message, {
        stack: event.error && event.error.stack ? clip(event.error.stack, STACK_LIMIT) : undefined,
        file: event.filename ? clip(event.filename, 300) : undefined,
        line: event.lineno || undefined,
        column: event.colno || undefined,
      });
    },
    true,
  );

  window.addEventListener("unhandledrejection", function (event) {
    var reason = event.reason;
    var isError = reason instanceof Error;
    report("rejection", isError ? reason.name + ": " + reason.message : inWords(reason), {
      stack: isError && reason.stack ? clip(reason.stack, STACK_LIMIT) : undefined,
    });
  });

  document.addEventListener("securitypolicyviolation", function (event) {
    sendLine("warn", "Blocked by the preview's policy: " + event.effectiveDirective + " " + clip(event.blockedURI, 300));
  });

  // A newer build takes the place of this frame and goes on where this one stood. The page around it says where by the
  // frame's name, which is read once; nobody else's word counts.
  var place = /^second-scroll:(\d{1,9}),(\d{1,9})$/.exec(window.name);
  window.name = "";
  var scrollTimer = 0;
  window.addEventListener(
    "scroll",
    function () {
      if (scrollTimer) return;
      scrollTimer = setTimeout(function () {
        scrollTimer = 0;
        tell("second:scroll", { x: Math.round(Math.max(0, window.scrollX)), y: Math.round(Math.max(0, window.scrollY)) });
      }, 100);
    },
    { passive: true },
  );

  function goBack(tries) {
    window.scrollTo(Number(place[1]), Number(place[2]));
    // What the app draws later makes it long enough; after a second it is as long as it gets.
    if (tries > 0 && Math.abs(window.scrollY - Number(place[2])) > 1) setTimeout(goBack, 50, tries - 1);
  }

  window.addEventListener("load", function () {
    if (place) goBack(20);
    tell("second:ready", { title: clip(document.title, 200) });
  });
})();
