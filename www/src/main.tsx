import { render } from "preact";
import { App } from "./app";
import { startChecking } from "./model/checking";
import "./style/tokens.css";
import "./style/base.css";
import "./style/shell.css";

const root = document.getElementById("app");
if (root !== null) {
  startChecking();
  render(<App />, root);
}
