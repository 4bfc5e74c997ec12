// What Pulumi runs.
import { join } from "node:path";
import loadProgram from "./load-program.cjs";

export default loadProgram(join(import.meta.dirname, ".."));
