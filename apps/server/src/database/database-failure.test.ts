import { expect, test } from "vitest";
import { classifyFailure, type DatabaseFailure, findDatabaseFailure } from "./database-failure.ts";

const state = (code: string) => Object.assign(new Error(code), { code, severity: "ERROR" });
const driver = (code: string) => Object.assign(new Error(code), { code });

const away = (reason: string) => ({ type: "unavailable", reason, ambiguous: false }) as DatabaseFailure;
const lost = (reason: string) => ({ type: "unavailable", reason, ambiguous: true }) as DatabaseFailure;
const conflict = (reason: string) => ({ type: "conflict", reason }) as DatabaseFailure;
const fatal: DatabaseFailure = { type: "fatal", reason: "unusable" };
const data: DatabaseFailure = { type: "data" };

test.each<[string, DatabaseFailure, string]>([
  ["08000", lost("unreachable"), "connection_exception"],
  ["08001", away("unreachable"), "the client could not connect"],
  ["08003", lost("unreachable"), "connection_does_not_exist"],
  ["08004", away("unreachable"), "the server rejected the connection"],
  ["08006", lost("unreachable"), "connection_failure"],
  ["08007", lost("unreachable"), "transaction_resolution_unknown"],
  ["08P01", fatal, "protocol_violation"],
  ["0A000", fatal, "feature_not_supported"],
  ["21000", data, "cardinality_violation"],
  ["22003", data, "numeric_value_out_of_range"],
  ["22008", data, "datetime_field_overflow"],
  ["22021", data, "character_not_in_repertoire"],
  ["22P02", data, "invalid_text_representation"],
  ["22P05", data, "untranslatable_character"],
  ["23505", data, "unique_violation"],
  ["25006", away("readOnly"), "read_only_sql_transaction"],
  ["25P02", fatal, "in_failed_sql_transaction"],
  ["25P03", lost("unreachable"), "idle_in_transaction_session_timeout"],
  ["25P04", conflict("cancelled"), "transaction_timeout"],
  ["26000", fatal, "invalid_sql_statement_name"],
  ["28000", away("accessDenied"), "invalid_authorization_specification"],
  ["28P01", away("accessDenied"), "invalid_password"],
  ["3D000", away("accessDenied"), "invalid_catalog_name"],
  ["3F000", fatal, "invalid_schema_name"],
  ["40001", conflict("serialization"), "serialization_failure"],
  ["40002", conflict("serialization"), "transaction_integrity_constraint_violation"],
  ["40003", lost("unreachable"), "statement_completion_unknown"],
  ["40P01", conflict("deadlock"), "deadlock_detected"],
  ["42501", fatal, "insufficient_privilege"],
  ["42601", fatal, "syntax_error"],
  ["42883", fatal, "undefined_function"],
  ["42P01", fatal, "undefined_table"],
  ["44000", data, "with_check_option_violation"],
  ["53000", away("outOfMemory"), "insufficient_resources"],
  ["53100", away("diskFull"), "disk_full"],
  ["53200", away("outOfMemory"), "out_of_memory"],
  ["53300", away("tooManyConnections"), "too_many_connections"],
  ["53400", away("outOfMemory"), "configuration_limit_exceeded"],
  ["54000", data, "program_limit_exceeded"],
  ["54001", data, "statement_too_complex"],
  ["55006", conflict("locked"), "object_in_use"],
  ["55P03", conflict("locked"), "lock_not_available"],
  ["57014", conflict("cancelled"), "query_canceled"],
  ["57P01", lost("restarting"), "admin_shutdown"],
  ["57P02", lost("restarting"), "crash_shutdown"],
  ["57P03", away("restarting"), "cannot_connect_now"],
  ["57P04", away("accessDenied"), "database_dropped"],
  ["57P05", lost("restarting"), "idle_session_timeout"],
  ["58000", lost("unreachable"), "system_error"],
  ["58030", away("diskFull"), "io_error"],
  ["F0000", fatal, "config_file_error"],
  ["P0001", data, "raise_exception"],
  ["XX000", data, "internal_error"],
  ["XX001", data, "data_corrupted"],
  ["ZZ999", data, "a class that nobody knows"],
])("SQLSTATE %s is %o (%s)", (code, expected) => {
  expect(classifyFailure(state(code))).toEqual(expected);
});

test.each<[string, DatabaseFailure]>([
  ["ECONNREFUSED", away("unreachable")],
  ["ENOENT", away("unreachable")],
  ["CONNECT_TIMEOUT", away("unreachable")],
  ["ECONNRESET", lost("unreachable")],
  ["EPIPE", lost("unreachable")],
  ["ETIMEDOUT", lost("unreachable")],
  ["CONNECTION_CLOSED", lost("unreachable")],
  ["CONNECTION_DESTROYED", lost("unreachable")],
  ["CONNECTION_ENDED", lost("unreachable")],
])("the driver's %s is %o", (code, expected) => {
  expect(classifyFailure(driver(code))).toEqual(expected);
});

test.each([
  new TypeError("the item id holds a character that cannot be stored"),
  new RangeError("Invalid string length"),
  driver("UNDEFINED_VALUE"),
  driver("MAX_PARAMETERS_EXCEEDED"),
  // Five letters make no SQLSTATE: only Postgres's own errors have a severity.
  driver("EPERM"),
  driver("toString"),
  null,
  "a string",
])("a fault of the program (%s) is never waited out", (error) => {
  expect(findDatabaseFailure(error)).toBeNull();
  expect(classifyFailure(error)).toEqual({ type: "data" });
});
