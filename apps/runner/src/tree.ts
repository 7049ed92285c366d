/** Works on whole trees in a sandbox: unpacks, measures, empties. One task as its argument, its reports as lines on stdout. */
import { runTask } from "@skein/executor/tree/run-task";
import { treeTask } from "@skein/executor/tree/tree-task";

process.umask(0o022);
const task = treeTask.parse(JSON.parse(process.argv[2] ?? "null"));
await runTask(task, (report) => void process.stdout.write(`${JSON.stringify(report)}\n`));
