import "./theme/tokens.css";
import "./theme/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Entrance } from "./entrance.tsx";

const root = createRoot(document.getElementById("root")!);

if (import.meta.env.DEV && location.pathname.startsWith("/fixtures")) {
  void import("./testing/fixtures-page.tsx").then(({ FixturesPage }) => root.render(<FixturesPage />));
} else {
  root.render(
    <StrictMode>
      <Entrance />
    </StrictMode>,
  );
}
