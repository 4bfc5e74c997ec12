// What Pulumi runs.
module.exports = require("./load-program.cjs")(require("node:path").join(__dirname, ".."));
