/** Works on whole trees in a sandbox: unpacks, measures, empties, copies, searches. One task as its argument, its reports as lines on stdout. */
import { runSearch } from "@skein/executor/search/run-search";
import { searchTask } from "@skein/executor/search/search-task";
import { runTask } from "@skein/executor/tree/run-task";
import { treeTask } from "@skein/executor/tree/tree-task";

process.umask(0o022);
const asked: unknown = JSON.parse(process.argv[2] ?? "null");
const say = (report: object) => void process.stdout.write(`${JSON.stringify(report)}\n`);
const search = searchTask.safeParse(asked);
if (search.success) await runSearch(search.data, process.stdin, say);
else await runTask(treeTask.parse(asked), say);
