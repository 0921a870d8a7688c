// Styles first: a view's own come after what they build on.
import "./style/tokens.css";
import "./style/base.css";
import "./style/shell.css";
import { render } from "preact";
import { App } from "./app";
import { startChecking } from "./model/checking";
import { arrive } from "./share/arrivals";

const root = document.getElementById("app");
if (root !== null) {
  startChecking();
  // What was kept is there at once; a link in the address a moment later.
  void arrive();
  render(<App />, root);
}
