import { execFileSync } from "node:child_process";

console.log(execFileSync("systemctl", ["list-units", "--no-pager"], { encoding: "utf8" }).slice(0, 500));
console.log(execFileSync("nix", ["--version"], { encoding: "utf8" }));
