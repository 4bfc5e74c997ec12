import loadProgram from "../../../bin/load-program.cjs";

export default loadProgram(import.meta.dirname);
