import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./App";
import { ToastProvider } from "./components/ui/toast";
import "./index.css";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no element with the id \"root\".");

createRoot(root).render(
  <StrictMode>
    <ToastProvider>
      <App />
    </ToastProvider>
  </StrictMode>,
);
