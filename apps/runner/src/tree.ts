/** Works on whole trees in a sandbox: unpacks, measures, empties, copies, searches, watches. One task as its argument, its reports as lines on stdout. */
import { runSearch } from "@skein/executor/search/run-search";
import { searchTask } from "@skein/executor/search/search-task";
import { runTask } from "@skein/executor/tree/run-task";
import { treeTask } from "@skein/executor/tree/tree-task";
import { runWatch } from "@skein/executor/watch/run-watch";
import { watchTask } from "@skein/executor/watch/watch-task";
import * as z from "zod";

process.umask(0o022);
const task = z.union([searchTask, watchTask, treeTask]).parse(JSON.parse(process.argv[2] ?? "null"));
const say = (report: object) => void process.stdout.write(`${JSON.stringify(report)}\n`);
switch (task.type) {
  case "search":
    await runSearch(task, process.stdin, say);
    break;
  case "watch":
    await runWatch(task, process.stdin, say);
    break;
  default:
    await runTask(task, say);
}
