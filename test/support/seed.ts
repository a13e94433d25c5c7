import fc from "fast-check";

// Loaded before the tests. The same cases in each run, so that what fails here failed because of what changed; new ones
// each time are tried by `npm run test:explore`.
const USUAL_SEED = 20_261_122;

const asked = process.env["BALLAST_SEED"] ?? "";
const seed = asked === "new" ? Date.now() : asked === "" ? USUAL_SEED : Number(asked);
fc.configureGlobal({ seed });
